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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads rows and checks that they are what was written.
final class Rows {
  private final RowMac mac;

  Rows(RowMac mac) {
    this.mac = mac;
  }

  private record Pointer(String kind, String id, long version, boolean revoked) {}

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

  /// All versions of one policy, oldest first.
  List<StoredPolicy> policies(Sqlite db, Tenant tenant, StoredPolicy.Kind kind, String id)
      throws StoreException {
    return db.list(
        row -> policy(tenant, kind, row),
        """
        SELECT id, version, body, at, by_whom, mac FROM policy
        WHERE tenant=? AND kind=? AND id=? ORDER BY version\
        """,
        tenant.name(),
        kind.text(),
        id);
  }

  private StoredPolicy policy(Tenant tenant, StoredPolicy.Kind kind, ResultSet row)
      throws SQLException, StoreException {
    String id = row.getString(1);
    long version = row.getLong(2);
    byte[] body = row.getBytes(3);
    long at = row.getLong(4);
    String by = row.getString(5);
    mac.check(row.getBytes(6), "policy", tenant.name(), kind.text(), id, version, body, at, by);
    return new StoredPolicy(
        kind, id, version, object("a policy", body), Instant.ofEpochMilli(at), by);
  }

  byte[] policyMac(
      Tenant tenant,
      StoredPolicy.Kind kind,
      String id,
      long version,
      byte[] body,
      long at,
      String by) {
    return mac.of("policy", tenant.name(), kind.text(), id, version, body, at, by);
  }

  byte[] pointerMac(Tenant tenant, StoredPolicy.Kind kind, String id, long version, long revoked) {
    return mac.of("policy_active", tenant.name(), kind.text(), id, version, revoked);
  }

  /// Which policies are in force.
  Map<StoredPolicy.Kind, Map<String, PolicyState>> active(Sqlite db, Tenant tenant)
      throws StoreException {
    Map<StoredPolicy.Kind, Map<String, PolicyState>> states = new HashMap<>();
    for (StoredPolicy.Kind kind : StoredPolicy.Kind.values()) {
      Map<String, PolicyState> byId = new HashMap<>();
      List<Pointer> pointers =
          db.list(
              row -> pointer(tenant, kind, row),
              "SELECT id, version, revoked, mac FROM policy_active WHERE tenant=? AND kind=?",
              tenant.name(),
              kind.text());
      for (Pointer pointer : pointers) {
        byId.put(pointer.id(), state(db, tenant, kind, pointer));
      }
      states.put(kind, Map.copyOf(byId));
    }
    return Map.copyOf(states);
  }

  private Pointer pointer(Tenant tenant, StoredPolicy.Kind kind, ResultSet row)
      throws SQLException, StoreException {
    Pointer pointer =
        new Pointer(kind.text(), row.getString(1), row.getLong(2), row.getLong(3) != 0);
    mac.check(
        row.getBytes(4),
        "policy_active",
        tenant.name(),
        kind.text(),
        pointer.id(),
        pointer.version(),
        pointer.revoked() ? 1L : 0L);
    return pointer;
  }

  private PolicyState state(Sqlite db, Tenant tenant, StoredPolicy.Kind kind, Pointer pointer)
      throws StoreException {
    if (pointer.revoked()) {
      return new PolicyState.Revoked(pointer.version());
    }
    Optional<StoredPolicy> policy =
        db.first(
            row -> policy(tenant, kind, row),
            """
            SELECT id, version, body, at, by_whom, mac FROM policy
            WHERE tenant=? AND kind=? AND id=? AND version=?\
            """,
            tenant.name(),
            kind.text(),
            pointer.id(),
            pointer.version());
    return new PolicyState.Active(
        policy.orElseThrow(() ->
            new StoreException(
                Code.STORE_CORRUPT,
                "version %d of policy %s is gone".formatted(pointer.version(), pointer.id()))));
  }

  List<StoredReferenceValue> referenceValues(Sqlite db, Tenant tenant) throws StoreException {
    return db.list(
        row -> {
          long entry = row.getLong(1);
          byte[] body = row.getBytes(2);
          mac.check(row.getBytes(3), "reference_value", tenant.name(), entry, body);
          try {
            return new StoredReferenceValue(
                entry, ReferenceValue.parse(object("a reference value", body)));
          } catch (FormatException e) {
            throw corrupt("a reference value", e);
          }
        },
        "SELECT entry, body, mac FROM reference_value WHERE tenant=? ORDER BY entry",
        tenant.name());
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
