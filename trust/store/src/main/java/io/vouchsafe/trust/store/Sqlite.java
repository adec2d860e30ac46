package io.vouchsafe.trust.store;

import io.vouchsafe.verdict.Code;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/// One connection with its prepared statements. Not thread-safe.
final class Sqlite implements AutoCloseable {
  /// How long to wait for somebody else's lock on the file.
  private static final int BUSY_MILLIS = 5_000;

  /// Pages of the log after which they go to their places: 16 MiB. Of a page that is written in
  /// every commit only the last version does.
  private static final int CHECKPOINT_PAGES = 4000;

  // Primary result codes of SQLite, https://www.sqlite.org/rescode.html
  private static final int CORRUPT = 11;
  private static final int NOT_A_DATABASE = 26;
  private static final int PRIMARY_MASK = 0xff;

  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private boolean syncing = true;

  /// Reads one row.
  @FunctionalInterface
  interface Row<T> {
    T read(ResultSet row) throws SQLException, StoreException;
  }

  private Sqlite(Connection connection) {
    this.connection = connection;
  }

  static Sqlite open(Path file, boolean readOnly) throws StoreException {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    // In WAL mode, FULL is what makes a commit durable before it returns.
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout(BUSY_MILLIS);
    config.enforceForeignKeys(true);
    // Else every write prepares one more statement, for a row number that nobody asks for.
    config.setGetGeneratedKeys(false);
    config.setPragma(SQLiteConfig.Pragma.SECURE_DELETE, "true");
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file);
    try {
      Connection connection = source.getConnection();
      try (Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA query_only=" + (readOnly ? 1 : 0));
        statement.execute("PRAGMA wal_autocheckpoint=" + CHECKPOINT_PAGES);
      }
      return new Sqlite(connection);
    } catch (SQLException e) {
      throw failed("open " + file, e);
    }
  }

  static StoreException failed(String what, SQLException e) {
    int primary = e.getErrorCode() & PRIMARY_MASK;
    Code code =
        primary == CORRUPT || primary == NOT_A_DATABASE
            ? Code.STORE_CORRUPT
            : Code.STORE_UNAVAILABLE;
    return new StoreException(code, what + ": " + e.getMessage(), e);
  }

  private PreparedStatement prepare(String sql, Object... arguments) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case String text -> statement.setString(i + 1, text);
        case Long number -> statement.setLong(i + 1, number);
        case Integer number -> statement.setInt(i + 1, number);
        case byte[] bytes -> statement.setBytes(i + 1, bytes);
        default -> throw new IllegalArgumentException("no SQL value: " + arguments[i].getClass());
      }
    }
    return statement;
  }

  /// Executes a statement that changes rows.
  ///
  /// @return how many it changed
  int update(String sql, Object... arguments) throws StoreException {
    try {
      return prepare(sql, arguments).executeUpdate();
    } catch (SQLException e) {
      throw failed("write", e);
    }
  }

  /// Whether commits are on the disk before they return (`FULL`), or only in order (`NORMAL`).
  void synchronous(boolean onDisk) throws StoreException {
    if (onDisk == syncing) {
      return;
    }
    // Not through the prepared statements: this pragma acts when it is compiled.
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA synchronous=" + (onDisk ? "FULL" : "NORMAL"));
      syncing = onDisk;
    } catch (SQLException e) {
      throw failed("synchronous", e);
    }
  }

  /// Executes a statement that returns nothing.
  void execute(String sql) throws StoreException {
    try {
      prepare(sql).execute();
    } catch (SQLException e) {
      throw failed(sql, e);
    }
  }

  /// All rows.
  <T> List<T> list(Row<T> reader, String sql, Object... arguments) throws StoreException {
    try (ResultSet rows = prepare(sql, arguments).executeQuery()) {
      List<T> list = new ArrayList<>();
      while (rows.next()) {
        list.add(reader.read(rows));
      }
      return list;
    } catch (SQLException e) {
      throw failed("read", e);
    }
  }

  /// The first row.
  <T> Optional<T> first(Row<T> reader, String sql, Object... arguments) throws StoreException {
    try (ResultSet rows = prepare(sql, arguments).executeQuery()) {
      return rows.next() ? Optional.of(reader.read(rows)) : Optional.empty();
    } catch (SQLException e) {
      throw failed("read", e);
    }
  }

  @Override
  public void close() {
    try {
      for (PreparedStatement statement : statements.values()) {
        statement.close();
      }
      connection.close();
    } catch (SQLException _) {
      // Everything acknowledged is durable already; the file is released with the process.
      statements.clear();
    }
  }
}
