package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.AttestationPolicy;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.ReleasePolicy;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.trust.store.LedgerEntry;
import io.vouchsafe.trust.store.LedgerHead;
import io.vouchsafe.trust.store.PolicyState;
import io.vouchsafe.trust.store.ResourceInfo;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.StoredPolicy;
import io.vouchsafe.trust.store.StoredReferenceValue;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.trust.store.Transaction;
import io.vouchsafe.trust.store.TrustedAk;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What administrators of a tenant may do. Every change is in the ledger, in the same write as the
/// change itself. Whether the caller is an administrator, the facade has found out before.
///
/// All methods throw [TransactionRefusedException] if the store cannot answer.
public final class Administration {
  /// How long a value counts that came without an end: what the reference broker writes down.
  public static final Duration DEFAULT_REFERENCE_LIFE = Duration.ofDays(365);

  /// Most entries of one page of the ledger.
  public static final int MAX_PAGE = 1000;

  private final Store store;
  private final Ids ids;
  private final Refusals refusals;

  Administration(Store store, Ids ids, Refusals refusals) {
    this.store = store;
    this.ids = ids;
    this.refusals = refusals;
  }

  @FunctionalInterface
  private interface Change<T> {
    T in(Transaction tx) throws StoreException;
  }

  @FunctionalInterface
  private interface Query<T> {
    T ask() throws StoreException;
  }

  /// Writes a change and its entry together. `detail` is what the entry says, asked after the
  /// change.
  private <T> T change(Tenant tenant, String action, String by, Change<T> change, Detail<T> detail)
      throws TransactionRefusedException {
    String id = ids.next();
    try {
      return store.write(
          tenant,
          tx -> {
            T done = change.in(tx);
            Json.ObjBuilder body =
                Json.object()
                    .put("step", Step.ADMIN.text())
                    .put("outcome", "done")
                    .put("action", action)
                    .put("by", by);
            detail.of(done).members().forEach(body::put);
            tx.append(id, "admin", body.build());
            return done;
          });
    } catch (StoreException e) {
      throw new TransactionRefusedException(refusals.store(Step.ADMIN, e));
    }
  }

  @FunctionalInterface
  private interface Detail<T> {
    Json.Obj of(T done);
  }

  private <T> T query(Query<T> query) throws TransactionRefusedException {
    try {
      return query.ask();
    } catch (StoreException e) {
      throw new TransactionRefusedException(refusals.store(Step.ADMIN, e));
    }
  }

  /// Puts a new version of a resource.
  ///
  /// @param path `repository/type/tag`, checked by the caller
  /// @param by who does it, for the record
  /// @return its version
  public long putResource(Tenant tenant, String by, String path, SecretBytes value)
      throws TransactionRefusedException {
    return change(
        tenant,
        "put-resource",
        by,
        tx -> tx.putResource(path, value),
        version ->
            Json.object()
                .put("resource", path)
                .put("version", version)
                .put("size", value.size())
                .build());
  }

  /// Deletes a resource with all its versions.
  ///
  /// @return whether there was one
  public boolean deleteResource(Tenant tenant, String by, String path)
      throws TransactionRefusedException {
    return change(
        tenant,
        "delete-resource",
        by,
        tx -> tx.deleteResource(path),
        found -> Json.object().put("resource", path).put("found", found).build());
  }

  /// The resources, without values.
  public List<ResourceInfo> resources(Tenant tenant) throws TransactionRefusedException {
    return query(() -> store.resources(tenant));
  }

  /// Puts a release policy in force.
  ///
  /// @return its version
  public long putReleasePolicy(Tenant tenant, String by, ReleasePolicy policy)
      throws TransactionRefusedException {
    return putPolicy(tenant, by, StoredPolicy.Kind.RELEASE, Policies.RELEASE_ID, policy.json());
  }

  /// Puts an attestation policy in force.
  ///
  /// @return its version
  public long putAttestationPolicy(Tenant tenant, String by, AttestationPolicy policy)
      throws TransactionRefusedException {
    return putPolicy(
        tenant, by, StoredPolicy.Kind.ATTESTATION, AttestationPolicy.DEFAULT_ID, policy.json());
  }

  /// Puts an attestation policy in Rego, by the ids of the reference broker. `default_CLASS` is in
  /// force at once, for evidence of that class; any other is kept and used by nobody yet.
  ///
  /// @return its version
  /// @throws FormatException with position and hint if the text does not compile; what was in force
  ///   stays so
  public long putAttestationRego(Tenant tenant, String by, String id, String text)
      throws TransactionRefusedException, FormatException {
    String prefix = AttestationPolicy.DEFAULT_ID + "_";
    if (!id.startsWith(prefix)) {
      AttestationPolicy other = AttestationPolicy.DEFAULT.with(id, text);
      return putPolicy(tenant, by, StoredPolicy.Kind.ATTESTATION, id, other.json());
    }
    AttestationPolicy before =
        policy(tenant, StoredPolicy.Kind.ATTESTATION) instanceof PolicyState.Active(var stored)
            ? AttestationPolicy.parse(stored.body())
            : AttestationPolicy.DEFAULT;
    return putAttestationPolicy(tenant, by, before.with(id.substring(prefix.length()), text));
  }

  private long putPolicy(Tenant tenant, String by, StoredPolicy.Kind kind, String id, Json.Obj body)
      throws TransactionRefusedException {
    return change(
        tenant,
        "put-policy",
        by,
        tx -> tx.putPolicy(kind, id, body, by),
        version ->
            Json.object()
                .put("policy", kind.text())
                .put("policy_id", id)
                .put("version", version)
                .put("body", body)
                .build());
  }

  /// Takes the policy of that kind out of force: nothing is released until one is put again.
  ///
  /// @return whether one was in force
  public boolean revokePolicy(Tenant tenant, String by, StoredPolicy.Kind kind)
      throws TransactionRefusedException {
    return change(
        tenant,
        "revoke-policy",
        by,
        tx -> tx.revokePolicy(kind, id(kind)),
        found ->
            Json.object()
                .put("policy", kind.text())
                .put("policy_id", id(kind))
                .put("found", found)
                .build());
  }

  private static String id(StoredPolicy.Kind kind) {
    return switch (kind) {
      case ATTESTATION -> AttestationPolicy.DEFAULT_ID;
      case RELEASE -> Policies.RELEASE_ID;
    };
  }

  /// Whether a policy of that kind is in force, and which.
  public PolicyState policy(Tenant tenant, StoredPolicy.Kind kind)
      throws TransactionRefusedException {
    return query(() -> store.snapshot(tenant).policy(kind, id(kind)));
  }

  /// All versions of the policy of that kind.
  public List<StoredPolicy> policyVersions(Tenant tenant, StoredPolicy.Kind kind)
      throws TransactionRefusedException {
    return query(() -> store.policies(tenant, kind, id(kind)));
  }

  /// Adds reference values to those that are there.
  public void addReferenceValues(Tenant tenant, String by, List<ReferenceValue> values)
      throws TransactionRefusedException {
    change(
        tenant,
        "add-reference-values",
        by,
        tx -> {
          tx.addReferenceValues(values);
          return values;
        },
        Administration::entries);
  }

  /// Puts values in place of what their names had: the way of the reference broker's interface.
  public void replaceReferenceValues(Tenant tenant, String by, List<ReferenceValue> values)
      throws TransactionRefusedException {
    change(
        tenant,
        "replace-reference-values",
        by,
        tx -> {
          for (ReferenceValue value : values) {
            tx.deleteReferenceValues(value.name());
          }
          tx.addReferenceValues(values);
          return values;
        },
        Administration::entries);
  }

  private static Json.Obj entries(List<ReferenceValue> values) {
    return Json.object()
        .put("entries", Json.array(values.stream().map(ReferenceValue::json).toList()))
        .build();
  }

  /// Deletes all values of a name.
  ///
  /// @return how many there were
  public int deleteReferenceValues(Tenant tenant, String by, String name)
      throws TransactionRefusedException {
    return change(
        tenant,
        "delete-reference-values",
        by,
        tx -> tx.deleteReferenceValues(name),
        count -> Json.object().put("name", name).put("count", count).build());
  }

  /// Deletes one value.
  ///
  /// @return whether there was one
  public boolean deleteReferenceValue(Tenant tenant, String by, long entry)
      throws TransactionRefusedException {
    return change(
        tenant,
        "delete-reference-value",
        by,
        tx -> tx.deleteReferenceValue(entry),
        found -> Json.object().put("entry", entry).put("found", found).build());
  }

  /// All reference values, expired ones included.
  public List<StoredReferenceValue> referenceValues(Tenant tenant)
      throws TransactionRefusedException {
    return query(() -> store.snapshot(tenant).referenceValueEntries());
  }

  /// The value of a name as the reference broker shows it.
  public Optional<Json> referenceValue(Tenant tenant, String name)
      throws TransactionRefusedException {
    return query(() -> store.snapshot(tenant).referenceValues().value(name, store.now()));
  }

  /// When a value ends that came without an end.
  public Instant defaultExpiry() throws TransactionRefusedException {
    return query(() -> store.now().plus(DEFAULT_REFERENCE_LIFE));
  }

  /// Puts an attestation key on the tenant's list.
  public void putTrustedAk(Tenant tenant, String by, TrustedAk key)
      throws TransactionRefusedException {
    change(
        tenant,
        "put-trusted-ak",
        by,
        tx -> {
          tx.putTrustedAk(key);
          return key;
        },
        it -> Json.object().put("spki", it.spki().base64()).put("label", it.label()).build());
  }

  /// Takes an attestation key off the tenant's list.
  ///
  /// @return whether it was on it
  public boolean removeTrustedAk(Tenant tenant, String by, Bytes spki)
      throws TransactionRefusedException {
    return change(
        tenant,
        "remove-trusted-ak",
        by,
        tx -> tx.removeTrustedAk(spki),
        found -> Json.object().put("spki", spki.base64()).put("found", found).build());
  }

  /// The attestation keys on the tenant's list.
  public List<TrustedAk> trustedAks(Tenant tenant) throws TransactionRefusedException {
    return query(() -> store.snapshot(tenant).trustedAks());
  }

  /// Entries of the ledger from index `from` on.
  ///
  /// @param limit at most [#MAX_PAGE] are returned, whatever it says
  public List<LedgerEntry> ledger(Tenant tenant, long from, int limit)
      throws TransactionRefusedException {
    refusals.turn();
    return query(() -> store.ledger(tenant, from, Math.clamp(limit, 0, MAX_PAGE)));
  }

  /// Size and root of the ledger.
  public LedgerHead ledgerHead(Tenant tenant) throws TransactionRefusedException {
    return query(() -> store.ledgerHead(tenant));
  }

  /// Reads the whole ledger and recomputes its root.
  public LedgerHead verifyLedger(Tenant tenant) throws TransactionRefusedException {
    return query(() -> store.verifyLedger(tenant));
  }

  /// The hashes that lead from an entry to the root of the tree of `size` entries.
  public List<Bytes> inclusionProof(Tenant tenant, long index, long size)
      throws TransactionRefusedException {
    return query(() -> store.inclusionProof(tenant, index, size));
  }

  /// The hashes that show that one tree is a prefix of another.
  public List<Bytes> consistencyProof(Tenant tenant, long first, long second)
      throws TransactionRefusedException {
    return query(() -> store.consistencyProof(tenant, first, second));
  }

  /// What is known about an id that some reply bore: the ledger entry; for what proved nothing,
  /// what this process remembers. A release names its attestation; that entry is joined as member
  /// `attestation_entry`.
  public Optional<Json.Obj> why(Tenant tenant, String id) throws TransactionRefusedException {
    Optional<Json.Obj> counted = refusals.remembered(tenant, id);
    if (counted.isPresent()) {
      return counted;
    }
    Optional<LedgerEntry> entry = query(() -> store.ledgerEntry(tenant, id));
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    Json.Obj body = entry.get().body();
    if (body.get("attestation").isPresent()
        && body.get("attestation").get() instanceof Json.Str(String attestation)) {
      Optional<LedgerEntry> joined = query(() -> store.ledgerEntry(tenant, attestation));
      return Optional.of(
          joined.isEmpty() ? body : body.with("attestation_entry", joined.get().body()));
    }
    return Optional.of(body);
  }

  /// Puts the default policies in force where nobody ever put any: at the first start.
  void firstPolicies(Tenant tenant) throws TransactionRefusedException {
    List<StoredPolicy.Kind> missing = new ArrayList<>();
    for (StoredPolicy.Kind kind : StoredPolicy.Kind.values()) {
      if (policy(tenant, kind) instanceof PolicyState.Missing) {
        missing.add(kind);
      }
    }
    for (StoredPolicy.Kind kind : missing) {
      switch (kind) {
        case ATTESTATION -> putAttestationPolicy(tenant, "first start", AttestationPolicy.DEFAULT);
        case RELEASE -> putReleasePolicy(tenant, "first start", ReleasePolicy.DEFAULT);
      }
    }
  }
}
