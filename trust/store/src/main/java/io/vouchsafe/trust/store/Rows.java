package io.vouchsafe.trust.store;

import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.verdict.Code;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Reads rows and checks that they are what was written.
final class Rows {
  private final RowMac mac;
  private final PolicyRows policies;
  private final ReferenceSetRows referenceSets;

  Rows(RowMac mac) {
    this.mac = mac;
    this.policies = new PolicyRows(mac);
    this.referenceSets = new ReferenceSetRows(mac);
  }

  /// Those of policies, and of what changes them.
  PolicyRows policies() {
    return policies;
  }

  /// Those of signed reference values.
  ReferenceSetRows referenceSets() {
    return referenceSets;
  }

  private static StoreException corrupt(String what, FormatException e) {
    return new StoreException(Code.STORE_CORRUPT, what + " cannot be read: " + e.getMessage(), e);
  }

  static Json.Obj object(String what, byte[] text) throws StoreException {
    try {
      return Json.parseObject(Bytes.of(text), JsonLimits.DOCUMENT);
    } catch (FormatException e) {
      throw corrupt(what, e);
    }
  }

  List<StoredReferenceValue> referenceValues(Sqlite db, Tenant tenant) throws StoreException {
    return db.list(
        row -> referenceValue(tenant, row),
        "SELECT entry, body, mac, name FROM reference_value WHERE tenant=? ORDER BY entry",
        tenant.name());
  }

  /// Those of a name, by the index.
  List<StoredReferenceValue> referenceValues(Sqlite db, Tenant tenant, String name)
      throws StoreException {
    return db.list(
        row -> referenceValue(tenant, row),
        "SELECT entry, body, mac, name FROM reference_value WHERE tenant=? AND name=? ORDER BY entry",
        tenant.name(),
        name);
  }

  private StoredReferenceValue referenceValue(Tenant tenant, ResultSet row)
      throws SQLException, StoreException {
    long entry = row.getLong(1);
    byte[] body = row.getBytes(2);
    mac.check(row.getBytes(3), "reference_value", tenant.name(), entry, body);
    try {
      ReferenceValue value = ReferenceValue.parse(object("a reference value", body));
      // The column is for the index, and not authenticated.
      if (!value.name().equals(row.getString(4))) {
        throw FormatException.unexpected("the name of the value in its row", "another");
      }
      return new StoredReferenceValue(entry, value);
    } catch (FormatException e) {
      throw corrupt("a reference value", e);
    }
  }

  byte[] referenceValueMac(Tenant tenant, long entry, byte[] body) {
    return mac.of("reference_value", tenant.name(), entry, body);
  }

  List<TrustedAk> trustedAks(Sqlite db, Tenant tenant) throws StoreException {
    return db.list(
        row -> {
          byte[] spki = row.getBytes(1);
          String label = row.getString(2);
          mac.check(row.getBytes(3), "trusted_ak", tenant.name(), spki, label);
          return new TrustedAk(Bytes.of(spki), label);
        },
        "SELECT spki, label, mac FROM trusted_ak WHERE tenant=? ORDER BY label, spki",
        tenant.name());
  }

  byte[] trustedAkMac(Tenant tenant, byte[] spki, String label) {
    return mac.of("trusted_ak", tenant.name(), spki, label);
  }

  Optional<AkBinding> akBinding(Sqlite db, Tenant tenant, Bytes akName) throws StoreException {
    byte[] name = akName.toByteArray();
    return db.first(
        row -> {
          byte[] spki = row.getBytes(1);
          byte[] ek = row.getBytes(2);
          mac.check(row.getBytes(3), "ak_binding", tenant.name(), name, spki, ek);
          return new AkBinding(akName, Bytes.of(spki), Bytes.of(ek));
        },
        "SELECT ak_spki, ek_digest, mac FROM ak_binding WHERE tenant=? AND ak_name=?",
        tenant.name(),
        name);
  }

  byte[] akBindingMac(Tenant tenant, byte[] name, byte[] spki, byte[] ek) {
    return mac.of("ak_binding", tenant.name(), name, spki, ek);
  }

  Optional<Exchange> exchange(Sqlite db, Tenant tenant, String kind, String id)
      throws StoreException {
    String key = SqliteStore.keyOf(id);
    return db.first(
        row -> {
          byte[] body = row.getBytes(1);
          long expires = row.getLong(2);
          mac.check(row.getBytes(3), "exchange", tenant.name(), kind, key, body, expires);
          return new Exchange(kind, id, object("an exchange", body), Instant.ofEpochMilli(expires));
        },
        "SELECT body, expires, mac FROM exchange WHERE tenant=? AND kind=? AND id=?",
        tenant.name(),
        kind,
        key);
  }

  byte[] exchangeMac(Tenant tenant, String kind, String key, byte[] body, long expires) {
    return mac.of("exchange", tenant.name(), kind, key, body, expires);
  }

  /// The state of a tenant's ledger and its generation, as the last commit left it.
  Optional<Head> head(Sqlite db, Tenant tenant) throws StoreException {
    return db.first(
        row -> {
          long generation = row.getLong(1);
          long size = row.getLong(2);
          byte[] root = row.getBytes(3);
          long newest = row.getLong(4);
          mac.check(row.getBytes(5), "tenant", tenant.name(), generation, size, root, newest);
          return new Head(generation, edge(db, tenant, size, Bytes.of(root)), newest);
        },
        """
        SELECT generation, ledger_size, ledger_root, newest, mac FROM tenant
        WHERE tenant=?\
        """,
        tenant.name());
  }

  byte[] headMac(Tenant tenant, Head head) {
    return mac.of(
        "tenant",
        tenant.name(),
        head.generation(),
        head.edge().size(),
        head.edge().root().toByteArray(),
        head.newest());
  }

  private static MerkleEdge edge(Sqlite db, Tenant tenant, long size, Bytes root)
      throws StoreException {
    MerkleEdge edge = LedgerTree.edge(db, tenant, size);
    if (!edge.root().equals(root)) {
      throw new StoreException(
          Code.STORE_CORRUPT,
          "the ledger of tenant " + tenant + " does not have its recorded root");
    }
    return edge;
  }
}
