package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.AttestationPolicy;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.ReleasePolicy;
import io.vouchsafe.appraisal.why.DecisionRecord;
import io.vouchsafe.appraisal.why.Explanation;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.trust.store.LedgerAudit;
import io.vouchsafe.trust.store.LedgerEntry;
import io.vouchsafe.trust.store.LedgerHead;
import io.vouchsafe.trust.store.PolicyState;
import io.vouchsafe.trust.store.ResourceInfo;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.StoredPolicy;
import io.vouchsafe.trust.store.StoredReferenceValue;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.trust.store.TrustedAk;
import io.vouchsafe.verdict.Code;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/// What administrators of a tenant may do. Every change is in the ledger, in the same write as the
/// change itself. Whether the caller is an administrator, the facade has found out before.
///
/// All methods throw [TransactionRefusedException] if the store cannot answer.
public final class Administration {
  /// How long a value counts that came without an end: what the reference broker writes down.
  public static final Duration DEFAULT_REFERENCE_LIFE = Duration.ofDays(365);

  /// Most entries of one page of the ledger.
  public static final int MAX_PAGE = 1000;

  private static final String ADMINISTRATORS = "administrators";

  private final Store store;
  private final Changes changes;
  private final Refusals refusals;
  private final Approvals approvals;
  private final PolicyAdministration policies;
  private final LongSupplier watch;

  Administration(
      TrustCoreOptions options,
      Changes changes,
      Refusals refusals,
      Approvals approvals,
      PolicyAdministration policies) {
    this.store = options.store();
    this.watch = options.watch();
    this.changes = changes;
    this.refusals = refusals;
    this.approvals = approvals;
    this.policies = policies;
  }

  /// Puts a new version of a resource.
  ///
  /// @param path `repository/type/tag`, checked by the caller
  /// @param by who does it, for the record
  /// @return its version
  public long putResource(Tenant tenant, String by, String path, SecretBytes value)
      throws TransactionRefusedException {
    return changes.change(
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
    return changes.change(
        tenant,
        "delete-resource",
        by,
        tx -> tx.deleteResource(path),
        found -> Json.object().put("resource", path).put("found", found).build());
  }

  /// The resources, without values.
  public List<ResourceInfo> resources(Tenant tenant) throws TransactionRefusedException {
    return changes.query(() -> store.resources(tenant));
  }

  /// Puts a release policy in force, for callers who know no proposals.
  ///
  /// @return its version
  /// @throws TransactionRefusedException also where the tenant demands two approvals
  public long putReleasePolicy(Tenant tenant, String by, ReleasePolicy policy)
      throws TransactionRefusedException {
    return policies.putAtOnce(
        tenant, by, StoredPolicy.Kind.RELEASE, Policies.RELEASE_ID, policy.json());
  }

  /// Puts an attestation policy in force, as [#putReleasePolicy].
  ///
  /// @return its version
  public long putAttestationPolicy(Tenant tenant, String by, AttestationPolicy policy)
      throws TransactionRefusedException {
    return policies.putAtOnce(
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
    if (id.startsWith(prefix)) {
      return policies.putClassAtOnce(tenant, by, id.substring(prefix.length()), text);
    }
    Json.Obj body = AttestationPolicy.DEFAULT.with(id, text).json();
    return policies.putAtOnce(tenant, by, StoredPolicy.Kind.ATTESTATION, id, body);
  }

  /// Puts values in place of what their names had: the way of the reference broker's interface.
  ///
  /// @throws TransactionRefusedException also where the tenant demands two approvals
  public void replaceReferenceValues(Tenant tenant, String by, List<ReferenceValue> values)
      throws TransactionRefusedException {
    approvals.demand(tenant, by, new ValueChange.Put(values, true, ""));
  }

  /// All reference values, expired ones included.
  public List<StoredReferenceValue> referenceValues(Tenant tenant)
      throws TransactionRefusedException {
    return changes.query(() -> store.snapshot(tenant).referenceValueEntries());
  }

  /// The value of a name as the reference broker shows it.
  public Optional<Json> referenceValue(Tenant tenant, String name)
      throws TransactionRefusedException {
    return changes.query(() -> store.snapshot(tenant).referenceValues().value(name, store.now()));
  }

  /// When a value ends that came without an end.
  public Instant defaultExpiry() throws TransactionRefusedException {
    return changes.query(() -> store.now().plus(DEFAULT_REFERENCE_LIFE));
  }

  /// Puts an attestation key on the tenant's list, or has it wait for an approval.
  public ChangeOutcome putTrustedAk(Tenant tenant, Administrator by, TrustedAk key)
      throws TransactionRefusedException {
    return approvals.ask(tenant, by, new TrustedKeyChange(key));
  }

  /// Takes an attestation key off the tenant's list.
  ///
  /// @return whether it was on it
  public boolean removeTrustedAk(Tenant tenant, String by, Bytes spki)
      throws TransactionRefusedException {
    return changes.change(
        tenant,
        "remove-trusted-ak",
        by,
        tx -> tx.removeTrustedAk(spki),
        found -> Json.object().put("spki", spki.base64()).put("found", found).build());
  }

  /// The attestation keys on the tenant's list.
  public List<TrustedAk> trustedAks(Tenant tenant) throws TransactionRefusedException {
    return changes.query(() -> store.snapshot(tenant).trustedAks());
  }

  /// Entries of the ledger from index `from` on.
  ///
  /// @param limit at most [#MAX_PAGE] are returned, whatever it says
  public List<LedgerEntry> ledger(Tenant tenant, long from, int limit)
      throws TransactionRefusedException {
    refusals.turn();
    return changes.query(() -> store.ledger(tenant, from, Math.clamp(limit, 0, MAX_PAGE)));
  }

  /// The stored texts of the shared pieces that entries name, by digest.
  public Map<String, Bytes> pieces(Tenant tenant, List<LedgerEntry> entries)
      throws TransactionRefusedException {
    return changes.query(() -> {
      Set<String> digests = new LinkedHashSet<>();
      for (LedgerEntry entry : entries) {
        try {
          digests.addAll(LedgerAudit.named(entry.data()));
        } catch (FormatException e) {
          throw new StoreException(Code.STORE_CORRUPT, "a ledger entry cannot be read", e);
        }
      }
      return store.pieces(tenant, digests);
    });
  }

  /// Size and root of the ledger.
  public LedgerHead ledgerHead(Tenant tenant) throws TransactionRefusedException {
    return changes.query(() -> store.ledgerHead(tenant));
  }

  /// Reads the whole ledger and recomputes its root.
  public LedgerHead verifyLedger(Tenant tenant) throws TransactionRefusedException {
    return changes.query(() -> store.verifyLedger(tenant));
  }

  /// The hashes that lead from an entry to the root of the tree of `size` entries.
  public List<Bytes> inclusionProof(Tenant tenant, long index, long size)
      throws TransactionRefusedException {
    return changes.query(() -> store.inclusionProof(tenant, index, size));
  }

  /// The hashes that show that one tree is a prefix of another.
  public List<Bytes> consistencyProof(Tenant tenant, long first, long second)
      throws TransactionRefusedException {
    return changes.query(() -> store.consistencyProof(tenant, first, second));
  }

  /// What is known about an id that some reply bore: the ledger entry; for what proved nothing,
  /// what this process remembers. A release names its attestation; that entry is joined as member
  /// `attestation_entry`.
  public Optional<Json.Obj> why(Tenant tenant, String id) throws TransactionRefusedException {
    Optional<Json.Obj> counted = refusals.remembered(tenant, id);
    if (counted.isPresent()) {
      return counted;
    }
    Optional<LedgerEntry> entry = changes.query(() -> store.ledgerEntry(tenant, id));
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    Json.Obj body = entry.get().body();
    if (body.get("attestation").isPresent()
        && body.get("attestation").get() instanceof Json.Str(String attestation)) {
      Optional<LedgerEntry> joined = changes.query(() -> store.ledgerEntry(tenant, attestation));
      return Optional.of(
          joined.isEmpty() ? body : body.with(DecisionRecord.JOINED, joined.get().body()));
    }
    return Optional.of(body);
  }

  /// The tenants that there are, `default` among them.
  public List<Tenant> tenants() throws TransactionRefusedException {
    return changes.query(store::tenants);
  }

  /// Whether somebody created the tenant: a name with a slip of the pen must not look like a tenant
  /// without anything.
  public boolean hasTenant(Tenant tenant) throws TransactionRefusedException {
    return tenants().contains(tenant);
  }

  /// Creates a tenant: with the default policies in force and nothing else.
  ///
  /// @return false if it was there already
  public boolean createTenant(Tenant tenant, String by) throws TransactionRefusedException {
    boolean there = hasTenant(tenant);
    firstPolicies(tenant, by);
    return !there;
  }

  /// Notes who may administer beside the holder of the home's key, if those are others than before.
  ///
  /// @param keys digests of the keys, by the names of who holds them
  public void administrators(Map<String, String> keys) throws TransactionRefusedException {
    Json.ObjBuilder list = Json.object();
    new TreeMap<>(keys).forEach(list::put);
    Json.Obj who = list.build();
    // 0 is what counts before anybody was ever named.
    long state = keys.isEmpty() ? 0 : Digests.number(who);
    if (changes.query(() -> store.setting(Tenant.DEFAULT, ADMINISTRATORS, 0)) != state) {
      changes.change(
          Tenant.DEFAULT,
          ADMINISTRATORS,
          "the home",
          tx -> {
            tx.putSetting(ADMINISTRATORS, state);
            return state;
          },
          _ -> Json.object().put(ADMINISTRATORS, who).build());
    }
  }

  /// Why: the same, explained, and how today's state differs from the recorded one.
  public Optional<Explanation> explain(Tenant tenant, String id)
      throws TransactionRefusedException {
    Optional<Json.Obj> record = why(tenant, id);
    if (record.isEmpty()) {
      return Optional.empty();
    }
    Explanation explanation = DecisionRecord.of(record.get(), watch).explain();
    return Optional.of(
        changes.query(() -> explanation.with(Today.of(store, tenant).since(explanation))));
  }

  /// Puts the default policies in force where nobody ever put any: at the first start.
  void firstPolicies(Tenant tenant, String by) throws TransactionRefusedException {
    List<StoredPolicy.Kind> missing = new ArrayList<>();
    for (StoredPolicy.Kind kind : StoredPolicy.Kind.values()) {
      if (policies.current(tenant, kind) instanceof PolicyState.Missing) {
        missing.add(kind);
      }
    }
    for (StoredPolicy.Kind kind : missing) {
      switch (kind) {
        case ATTESTATION -> putAttestationPolicy(tenant, by, AttestationPolicy.DEFAULT);
        case RELEASE -> putReleasePolicy(tenant, by, ReleasePolicy.DEFAULT);
      }
    }
  }
}
