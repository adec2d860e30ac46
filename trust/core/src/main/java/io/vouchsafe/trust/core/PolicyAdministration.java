package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.AttestationPolicy;
import io.vouchsafe.appraisal.ReleasePolicy;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.PolicyState;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoredPolicy;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import java.util.List;
import java.util.Optional;

/// What administrators do with a tenant's policies. Every version is kept; every change, and every
/// change that was refused, is in the ledger. What does not compile never gets this far.
///
/// Where a tenant demands two approvals, a change waits until a second subject approves it, on the
/// version that it was made for. Revoking needs no second subject: it gives nothing away.
///
/// All methods throw [TransactionRefusedException] if the store cannot answer.
public final class PolicyAdministration {
  /// How often a change is made anew because another one came first.
  private static final int MAX_ROUNDS = 5;

  private final Store store;
  private final Changes changes;
  private final Approvals approvals;

  PolicyAdministration(Store store, Changes changes, Approvals approvals) {
    this.store = store;
    this.changes = changes;
    this.approvals = approvals;
  }

  /// Makes the body of a policy from what is in force.
  @FunctionalInterface
  private interface Body {
    Json.Obj from(PolicyState state) throws FormatException, TransactionRefusedException;
  }

  /// Has a change made, or kept until it is approved.
  @FunctionalInterface
  private interface Asking<T> {
    T about(AdminChange change) throws TransactionRefusedException;
  }

  /// Puts a release policy in force.
  public ChangeOutcome putRelease(Tenant tenant, PolicyRequest request, ReleasePolicy policy)
      throws TransactionRefusedException {
    return put(tenant, request, StoredPolicy.Kind.RELEASE, policy.json());
  }

  /// Puts an attestation policy in force, for all classes of evidence.
  public ChangeOutcome putAttestation(
      Tenant tenant, PolicyRequest request, AttestationPolicy policy)
      throws TransactionRefusedException {
    return put(tenant, request, StoredPolicy.Kind.ATTESTATION, policy.json());
  }

  private ChangeOutcome put(
      Tenant tenant, PolicyRequest request, StoredPolicy.Kind kind, Json.Obj body)
      throws TransactionRefusedException {
    return put(
        tenant,
        request,
        kind,
        Policies.id(kind),
        body,
        change -> approvals.ask(tenant, request.by(), change));
  }

  private <T> T put(
      Tenant tenant,
      PolicyRequest request,
      StoredPolicy.Kind kind,
      String id,
      Json.Obj body,
      Asking<T> asking)
      throws TransactionRefusedException {
    try {
      return put(tenant, request, kind, id, _ -> body, asking);
    } catch (FormatException e) {
      throw new IllegalStateException("a body that is there is not read", e);
    }
  }

  /// Puts a policy in force for callers who know no proposals.
  ///
  /// @return its version
  /// @throws TransactionRefusedException also where the tenant demands two approvals
  long putAtOnce(Tenant tenant, String by, StoredPolicy.Kind kind, String id, Json.Obj body)
      throws TransactionRefusedException {
    PolicyRequest request = PolicyRequest.of(Administrator.of(by));
    return version(
        put(tenant, request, kind, id, body, change -> approvals.demand(tenant, by, change)));
  }

  /// As above, for a text of one class of evidence.
  long putClassAtOnce(Tenant tenant, String by, String teeClass, String text)
      throws TransactionRefusedException, FormatException {
    StoredPolicy.Kind kind = StoredPolicy.Kind.ATTESTATION;
    return version(
        put(
            tenant,
            PolicyRequest.of(Administrator.of(by)),
            kind,
            Policies.id(kind),
            state -> withClass(state, teeClass, Optional.of(text)),
            change -> approvals.demand(tenant, by, change)));
  }

  private static long version(ChangeOutcome.Made made) {
    return made instanceof ChangeOutcome.InForce(long version, var _) ? version : 0;
  }

  /// Puts a text in force for one class of evidence; the others stay what they are.
  ///
  /// @param text in Rego; empty to appraise that class by the built-in rules again
  /// @throws FormatException with position and hint if the text does not compile; what was in force
  ///   stays so
  public ChangeOutcome putAttestationClass(
      Tenant tenant, PolicyRequest request, String teeClass, Optional<String> text)
      throws TransactionRefusedException, FormatException {
    StoredPolicy.Kind kind = StoredPolicy.Kind.ATTESTATION;
    return put(
        tenant,
        request,
        kind,
        Policies.id(kind),
        state -> withClass(state, teeClass, text),
        change -> approvals.ask(tenant, request.by(), change));
  }

  private static Json.Obj withClass(PolicyState state, String teeClass, Optional<String> text)
      throws FormatException {
    AttestationPolicy before =
        state instanceof PolicyState.Active(StoredPolicy policy)
            ? AttestationPolicy.parse(policy.body())
            : AttestationPolicy.DEFAULT;
    return text.isPresent()
        ? before.with(teeClass, text.get()).json()
        : before.without(teeClass).json();
  }

  private <T> T put(
      Tenant tenant,
      PolicyRequest request,
      StoredPolicy.Kind kind,
      String id,
      Body body,
      Asking<T> asking)
      throws TransactionRefusedException, FormatException {
    for (int round = 1; ; round++) {
      PolicyState state = changes.query(() -> store.snapshot(tenant).policy(kind, id));
      long base = PolicyChange.inForce(state);
      PolicyChange change =
          new PolicyChange(
              kind, id, body.from(state), request.ifVersion().orElse(base), request.comment());
      try {
        return asking.about(change);
      } catch (TransactionRefusedException e) {
        boolean again =
            request.ifVersion().isEmpty()
                && e.refused().code() == Code.POLICY_CHANGED
                && round < MAX_ROUNDS;
        if (!again) {
          throw e;
        }
      }
    }
  }

  /// Puts in force again what an older version was, as a new version.
  ///
  /// @throws TransactionRefusedException if there is no such version
  public ChangeOutcome rollback(
      Tenant tenant, PolicyRequest request, StoredPolicy.Kind kind, long version)
      throws TransactionRefusedException {
    Optional<StoredPolicy> old = version(tenant, kind, version);
    if (old.isEmpty()) {
      throw changes.refused(tenant, "rollback", request.by().shown(), noVersion(kind, version));
    }
    String comment =
        request.comment().isEmpty() ? "rollback to version " + version : request.comment();
    PolicyRequest again = new PolicyRequest(request.by(), comment, request.ifVersion());
    return put(tenant, again, kind, old.get().body());
  }

  /// Takes the policy of that kind out of force: nothing is released until one is put again.
  ///
  /// @return whether one was in force
  public boolean revoke(Tenant tenant, Administrator by, StoredPolicy.Kind kind)
      throws TransactionRefusedException {
    String id = Policies.id(kind);
    return changes.change(
        tenant,
        "revoke-policy",
        by.shown(),
        tx -> tx.revokePolicy(kind, id),
        found ->
            Json.object()
                .put("policy", kind.text())
                .put("policy_id", id)
                .put("found", found)
                .build());
  }

  /// Whether a policy of that kind is in force, and which.
  public PolicyState current(Tenant tenant, StoredPolicy.Kind kind)
      throws TransactionRefusedException {
    return changes.query(() -> store.snapshot(tenant).policy(kind, Policies.id(kind)));
  }

  /// All versions of the policy of that kind, oldest first.
  public List<StoredPolicy> versions(Tenant tenant, StoredPolicy.Kind kind)
      throws TransactionRefusedException {
    return changes.query(() -> store.policies(tenant, kind, Policies.id(kind)));
  }

  /// One version of the policy of that kind.
  public Optional<StoredPolicy> version(Tenant tenant, StoredPolicy.Kind kind, long version)
      throws TransactionRefusedException {
    return changes.query(() -> store.policy(tenant, kind, Policies.id(kind), version));
  }

  private static Refusal noVersion(StoredPolicy.Kind kind, long version) {
    return Refusal.of(
        AdminCheck.POLICY_KNOWN,
        Code.NO_SUCH_ENTRY,
        "version %d of the %s policy".formatted(version, kind.text()),
        "none");
  }
}
