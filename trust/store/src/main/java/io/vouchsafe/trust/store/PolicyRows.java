package io.vouchsafe.trust.store;

import io.vouchsafe.verdict.Code;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Rows of policies, of changes that wait for approval, and of a tenant's settings; checks that
/// they are what was written.
final class PolicyRows {
  private static final String COLUMNS =
      "SELECT id, version, body, at, by_whom, approved_by, comment, mac FROM policy ";

  private final RowMac mac;

  PolicyRows(RowMac mac) {
    this.mac = mac;
  }

  private record Pointer(String id, long version, boolean revoked) {}

  /// All versions of one policy, oldest first.
  List<StoredPolicy> versions(Sqlite db, Tenant tenant, StoredPolicy.Kind kind, String id)
      throws StoreException {
    return db.list(
        row -> policy(tenant, kind, row),
        COLUMNS + "WHERE tenant=? AND kind=? AND id=? ORDER BY version",
        tenant.name(),
        kind.text(),
        id);
  }

  /// One version of a policy.
  Optional<StoredPolicy> version(
      Sqlite db, Tenant tenant, StoredPolicy.Kind kind, String id, long version)
      throws StoreException {
    return db.first(
        row -> policy(tenant, kind, row),
        COLUMNS + "WHERE tenant=? AND kind=? AND id=? AND version=?",
        tenant.name(),
        kind.text(),
        id,
        version);
  }

  private StoredPolicy policy(Tenant tenant, StoredPolicy.Kind kind, ResultSet row)
      throws SQLException, StoreException {
    String id = row.getString(1);
    long version = row.getLong(2);
    byte[] body = row.getBytes(3);
    long at = row.getLong(4);
    PolicyOrigin origin = new PolicyOrigin(row.getString(5), row.getString(6), row.getString(7));
    mac.check(row.getBytes(8), "policy", fields(tenant, kind, id, version, body, at, origin));
    return new StoredPolicy(
        kind, id, version, Rows.object("a policy", body), Instant.ofEpochMilli(at), origin);
  }

  byte[] policyMac(
      Tenant tenant,
      StoredPolicy.Kind kind,
      String id,
      long version,
      byte[] body,
      long at,
      PolicyOrigin origin) {
    return mac.of("policy", fields(tenant, kind, id, version, body, at, origin));
  }

  /// Rows that schema 2 wrote have neither approval nor comment, and are as valid as ever.
  private static Object[] fields(
      Tenant tenant,
      StoredPolicy.Kind kind,
      String id,
      long version,
      byte[] body,
      long at,
      PolicyOrigin origin) {
    return origin.isPlain()
        ? new Object[] {tenant.name(), kind.text(), id, version, body, at, origin.by()}
        : new Object[] {
          tenant.name(),
          kind.text(),
          id,
          version,
          body,
          at,
          origin.by(),
          origin.approvedBy(),
          origin.comment()
        };
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

  /// Whether one policy is in force.
  PolicyState state(Sqlite db, Tenant tenant, StoredPolicy.Kind kind, String id)
      throws StoreException {
    Optional<Pointer> pointer =
        db.first(
            row -> pointer(tenant, kind, row),
            """
            SELECT id, version, revoked, mac FROM policy_active
            WHERE tenant=? AND kind=? AND id=?\
            """,
            tenant.name(),
            kind.text(),
            id);
    return pointer.isEmpty() ? new PolicyState.Missing() : state(db, tenant, kind, pointer.get());
  }

  private Pointer pointer(Tenant tenant, StoredPolicy.Kind kind, ResultSet row)
      throws SQLException, StoreException {
    Pointer pointer = new Pointer(row.getString(1), row.getLong(2), row.getLong(3) != 0);
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
    Optional<StoredPolicy> policy = version(db, tenant, kind, pointer.id(), pointer.version());
    return new PolicyState.Active(
        policy.orElseThrow(() ->
            new StoreException(
                Code.STORE_CORRUPT,
                "version %d of policy %s is gone".formatted(pointer.version(), pointer.id()))));
  }

  /// What waits for approval, oldest first.
  List<StoredProposal> proposals(Sqlite db, Tenant tenant) throws StoreException {
    return db.list(
        row -> proposal(tenant, row),
        "SELECT number, change, identity, by_whom, at, mac FROM proposal WHERE tenant=? ORDER BY number",
        tenant.name());
  }

  /// One change that waits for approval.
  Optional<StoredProposal> proposal(Sqlite db, Tenant tenant, long number) throws StoreException {
    return db.first(
        row -> proposal(tenant, row),
        "SELECT number, change, identity, by_whom, at, mac FROM proposal WHERE tenant=? AND number=?",
        tenant.name(),
        number);
  }

  private StoredProposal proposal(Tenant tenant, ResultSet row)
      throws SQLException, StoreException {
    long number = row.getLong(1);
    byte[] change = row.getBytes(2);
    String identity = row.getString(3);
    String by = row.getString(4);
    long at = row.getLong(5);
    mac.check(row.getBytes(6), "proposal", tenant.name(), number, change, identity, by, at);
    return new StoredProposal(
        number, Rows.object("a proposal", change), identity, by, Instant.ofEpochMilli(at));
  }

  byte[] proposalMac(
      Tenant tenant, long number, byte[] change, String identity, String by, long at) {
    return mac.of("proposal", tenant.name(), number, change, identity, by, at);
  }

  /// The value of a setting, or what counts where nobody set it.
  long setting(Sqlite db, Tenant tenant, String name, long otherwise) throws StoreException {
    return db.first(
            row -> {
              long value = row.getLong(1);
              mac.check(row.getBytes(2), "setting", tenant.name(), name, value);
              return value;
            },
            "SELECT value, mac FROM setting WHERE tenant=? AND name=?",
            tenant.name(),
            name)
        .orElse(otherwise);
  }

  byte[] settingMac(Tenant tenant, String name, long value) {
    return mac.of("setting", tenant.name(), name, value);
  }
}
