package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.Bytes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Rows of signed reference values.
final class ReferenceSetRows {
  static final String TABLE =
      """
      CREATE TABLE reference_set (
        tenant TEXT NOT NULL,
        name TEXT NOT NULL,
        version INTEGER NOT NULL,
        statement TEXT NOT NULL,
        signer TEXT NOT NULL,
        at INTEGER NOT NULL,
        by_whom TEXT NOT NULL,
        mac BLOB NOT NULL,
        file BLOB NOT NULL,
        PRIMARY KEY (tenant, name, version)
      )\
      """;

  private static final String NAME = "reference_set";

  private static final String COLUMNS =
      "SELECT name, version, statement, signer, at, by_whom, mac, file FROM reference_set ";

  private final RowMac mac;

  ReferenceSetRows(RowMac mac) {
    this.mac = mac;
  }

  private StoredReferenceSet read(Tenant tenant, ResultSet row)
      throws SQLException, StoreException {
    StoredReferenceSet set =
        new StoredReferenceSet(
            row.getString(1),
            row.getLong(2),
            row.getString(3),
            row.getString(4),
            Bytes.of(row.getBytes(8)),
            Instant.ofEpochMilli(row.getLong(5)),
            row.getString(6));
    mac.check(row.getBytes(7), NAME, parts(tenant, set));
    return set;
  }

  private static Object[] parts(Tenant tenant, StoredReferenceSet set) {
    return new Object[] {
      tenant.name(),
      set.name(),
      set.version(),
      set.statement(),
      set.signer(),
      set.at().toEpochMilli(),
      set.by(),
      set.file().toByteArray()
    };
  }

  /// All versions of all sets, by name, newest first.
  List<StoredReferenceSet> all(Sqlite db, Tenant tenant) throws StoreException {
    return db.list(
        row -> read(tenant, row),
        COLUMNS + "WHERE tenant=? ORDER BY name, version DESC",
        tenant.name());
  }

  /// The newest of a name.
  Optional<StoredReferenceSet> newest(Sqlite db, Tenant tenant, String name) throws StoreException {
    return db.first(
        row -> read(tenant, row),
        COLUMNS + "WHERE tenant=? AND name=? ORDER BY version DESC LIMIT 1",
        tenant.name(),
        name);
  }

  /// One version of a name.
  Optional<StoredReferenceSet> version(Sqlite db, Tenant tenant, String name, long version)
      throws StoreException {
    return db.first(
        row -> read(tenant, row),
        COLUMNS + "WHERE tenant=? AND name=? AND version=?",
        tenant.name(),
        name,
        version);
  }

  /// The one with that statement.
  Optional<StoredReferenceSet> byStatement(Sqlite db, Tenant tenant, String statement)
      throws StoreException {
    return db.first(
        row -> read(tenant, row),
        COLUMNS + "WHERE tenant=? AND statement=? LIMIT 1",
        tenant.name(),
        statement);
  }

  void put(Sqlite db, Tenant tenant, StoredReferenceSet set) throws StoreException {
    db.update(
        """
        INSERT OR REPLACE INTO reference_set
          (tenant, name, version, statement, signer, at, by_whom, mac, file)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)\
        """,
        tenant.name(),
        set.name(),
        set.version(),
        set.statement(),
        set.signer(),
        set.at().toEpochMilli(),
        set.by(),
        mac.of(NAME, parts(tenant, set)),
        set.file().toByteArray());
  }
}
