package io.vouchsafe.trust.store;

import io.vouchsafe.verdict.Code;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.util.List;
import java.util.Optional;

/// The tables of the SQLite store. Every one has the tenant in its key.
final class Schema {
  /// 1: ledger entries all stand for themselves. 2: they can share pieces. 3: policies have comment
  /// and approval, changes can wait for one, and tenants have settings. 4: signed sets of reference
  /// values are kept.
  private static final long VERSION = 4;

  private static final String SHARED =
      """
      CREATE TABLE shared (
        tenant TEXT NOT NULL,
        digest BLOB NOT NULL,
        data BLOB NOT NULL,
        PRIMARY KEY (tenant, digest)
      ) WITHOUT ROWID\
      """;

  private static final String PROPOSAL =
      """
      CREATE TABLE proposal (
        tenant TEXT NOT NULL,
        number INTEGER NOT NULL,
        change BLOB NOT NULL,
        identity TEXT NOT NULL,
        by_whom TEXT NOT NULL,
        at INTEGER NOT NULL,
        mac BLOB NOT NULL,
        PRIMARY KEY (tenant, number)
      ) WITHOUT ROWID\
      """;

  private static final String SETTING =
      """
      CREATE TABLE setting (
        tenant TEXT NOT NULL,
        name TEXT NOT NULL,
        value INTEGER NOT NULL,
        mac BLOB NOT NULL,
        PRIMARY KEY (tenant, name)
      ) WITHOUT ROWID\
      """;

  /// What each version adds to the one before it; that of version 2 first.
  private static final List<List<String>> STEPS =
      List.of(
          List.of(SHARED),
          List.of(
              "ALTER TABLE policy ADD COLUMN approved_by TEXT NOT NULL DEFAULT ''",
              "ALTER TABLE policy ADD COLUMN comment TEXT NOT NULL DEFAULT ''",
              PROPOSAL,
              SETTING),
          List.of(ReferenceSetRows.TABLE));

  private static final List<String> TABLES =
      List.of(
          """
          CREATE TABLE meta (
            name TEXT PRIMARY KEY,
            value BLOB NOT NULL
          ) WITHOUT ROWID\
          """,
          """
          CREATE TABLE tenant (
            tenant TEXT PRIMARY KEY,
            generation INTEGER NOT NULL,
            ledger_size INTEGER NOT NULL,
            ledger_root BLOB NOT NULL,
            newest INTEGER NOT NULL,
            mac BLOB NOT NULL
          ) WITHOUT ROWID\
          """,
          """
          CREATE TABLE ledger (
            tenant TEXT NOT NULL,
            idx INTEGER NOT NULL,
            id TEXT NOT NULL,
            -- the tree's nodes that this entry completes, from level 1 on, 32 bytes each
            nodes BLOB NOT NULL,
            data BLOB NOT NULL,
            PRIMARY KEY (tenant, idx)
          ) WITHOUT ROWID\
          """,
          "CREATE UNIQUE INDEX ledger_id ON ledger (tenant, id)",
          SHARED,
          """
          CREATE TABLE resource (
            tenant TEXT NOT NULL,
            path TEXT NOT NULL,
            version INTEGER NOT NULL,
            from_generation INTEGER NOT NULL,
            to_generation INTEGER,
            at INTEGER NOT NULL,
            wrapped_key BLOB,
            ciphertext BLOB,
            PRIMARY KEY (tenant, path, version)
          )\
          """,
          """
          CREATE TABLE policy (
            tenant TEXT NOT NULL,
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            version INTEGER NOT NULL,
            body BLOB NOT NULL,
            at INTEGER NOT NULL,
            by_whom TEXT NOT NULL,
            mac BLOB NOT NULL,
            approved_by TEXT NOT NULL DEFAULT '',
            comment TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (tenant, kind, id, version)
          ) WITHOUT ROWID\
          """,
          """
          CREATE TABLE policy_active (
            tenant TEXT NOT NULL,
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            version INTEGER NOT NULL,
            revoked INTEGER NOT NULL,
            mac BLOB NOT NULL,
            PRIMARY KEY (tenant, kind, id)
          ) WITHOUT ROWID\
          """,
          """
          CREATE TABLE reference_value (
            tenant TEXT NOT NULL,
            entry INTEGER NOT NULL,
            name TEXT NOT NULL,
            body BLOB NOT NULL,
            mac BLOB NOT NULL,
            PRIMARY KEY (tenant, entry)
          ) WITHOUT ROWID\
          """,
          PROPOSAL,
          SETTING,
          ReferenceSetRows.TABLE,
          "CREATE INDEX reference_value_name ON reference_value (tenant, name)",
          """
          CREATE TABLE ak_binding (
            tenant TEXT NOT NULL,
            ak_name BLOB NOT NULL,
            ak_spki BLOB NOT NULL,
            ek_digest BLOB NOT NULL,
            mac BLOB NOT NULL,
            PRIMARY KEY (tenant, ak_name)
          ) WITHOUT ROWID\
          """,
          """
          CREATE TABLE trusted_ak (
            tenant TEXT NOT NULL,
            spki BLOB NOT NULL,
            label TEXT NOT NULL,
            mac BLOB NOT NULL,
            PRIMARY KEY (tenant, spki)
          ) WITHOUT ROWID\
          """,
          """
          CREATE TABLE exchange (
            tenant TEXT NOT NULL,
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            -- before the body, so that the sweep need not read through it
            expires INTEGER NOT NULL,
            mac BLOB NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY (tenant, kind, id)
          ) WITHOUT ROWID\
          """);

  private Schema() {}

  /// Makes the tables of a new file, adds what those of an older version lack, and checks that they
  /// belong to the key.
  static void prepare(Sqlite db, RowMac mac) throws StoreException {
    long version = db.first(row -> row.getLong(1), "PRAGMA user_version").orElse(0L);
    if (version == 0) {
      create(db, mac);
    } else if (version >= 1 && version < VERSION) {
      if (version == 1) {
        requireNodes(db);
      }
      migrate(db, version);
    } else if (version != VERSION) {
      throw new StoreException(
          Code.STORE_UNAVAILABLE,
          "the store has schema %d, this program knows up to %d: use a newer one"
              .formatted(version, VERSION));
    }
    Optional<byte[]> check =
        db.first((ResultSet row) -> row.getBytes(1), "SELECT value FROM meta WHERE name='key'");
    if (check.isEmpty() || !MessageDigest.isEqual(check.get(), keyCheck(mac))) {
      throw new StoreException(Code.STORE_CORRUPT, "the master key is not that of this store");
    }
  }

  private static void migrate(Sqlite db, long from) throws StoreException {
    db.execute("BEGIN IMMEDIATE");
    for (List<String> step : STEPS.subList((int) from - 1, STEPS.size())) {
      for (String statement : step) {
        db.execute(statement);
      }
    }
    db.execute("PRAGMA user_version=" + VERSION);
    db.execute("COMMIT");
  }

  /// Stores of the days before the first release have no such column, and the same version.
  private static void requireNodes(Sqlite db) throws StoreException {
    boolean there =
        db.first(
                row -> row.getLong(1),
                "SELECT 1 FROM pragma_table_info('ledger') WHERE name='nodes'")
            .isPresent();
    if (!there) {
      throw new StoreException(
          Code.STORE_UNAVAILABLE,
          "the store was written by a version before the first release, whose ledger cannot be"
              + " read any more: keep the folder for the record and start with an empty one");
    }
  }

  private static byte[] keyCheck(RowMac mac) {
    return mac.of("meta", "key");
  }

  private static void create(Sqlite db, RowMac mac) throws StoreException {
    db.execute("BEGIN IMMEDIATE");
    for (String table : TABLES) {
      db.execute(table);
    }
    db.update("INSERT INTO meta (name, value) VALUES ('key', ?)", (Object) keyCheck(mac));
    db.execute("PRAGMA user_version=" + VERSION);
    db.execute("COMMIT");
  }
}
