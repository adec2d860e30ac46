package io.vouchsafe.trust.store;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A store in a folder, with a clock that can be set and a way to write behind its back.
final class StoreFixture implements AutoCloseable {
  static final Instant START = Instant.parse("2026-11-25T12:00:00Z");

  final Path file;
  final SecureRandom random = new SecureRandom();
  private final MasterKey key;
  private Instant now = START;
  private SqliteStore store;

  StoreFixture(Path folder) throws StoreException {
    file = folder.resolve("trust.db");
    key = MasterKey.openOrCreate(folder.resolve("master.key"), random);
    store = SqliteStore.open(file, key, clock(), random);
  }

  InstantSource clock() {
    return () -> now;
  }

  SqliteStore store() {
    return store;
  }

  MasterKey key() {
    return key;
  }

  void move(Duration by) {
    now = now.plus(by);
  }

  void reopen() throws StoreException {
    store.close();
    store = SqliteStore.open(file, key, clock(), random);
  }

  /// Changes the file as somebody would who can write it but has no key.
  void tamper(String sql) throws SQLException {
    store.close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      if (statement.executeUpdate(sql) < 1) {
        throw new IllegalStateException("nothing changed by " + sql);
      }
    }
  }

  /// Changes the file's schema, or which version of it the file says to have.
  void alter(String... statements) throws SQLException {
    store.close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /// How many rows a table has.
  int count(String table) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
      return rows.getInt(1);
    }
  }

  static SecretBytes secret(String text) {
    return SecretBytes.take(text.getBytes(StandardCharsets.UTF_8));
  }

  static String text(Snapshot.Resource resource) {
    return resource.value().lend(value -> new String(value, StandardCharsets.UTF_8));
  }

  static Json.Obj body(String note) {
    return Json.object().put("note", note).build();
  }

  static ReferenceValue value(String name, String value) {
    return new ReferenceValue(
        name, Json.of(value), START.plus(Duration.ofDays(30)), Provenance.PREDICTED, "a test");
  }

  @Override
  public void close() {
    store.close();
  }
}
