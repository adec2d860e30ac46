package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.AttestationPolicy;
import io.vouchsafe.appraisal.ReleasePolicy;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.core.Changes.Result;
import io.vouchsafe.trust.store.PolicyState;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.StoredPolicy;
import io.vouchsafe.trust.store.StoredProposal;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.trust.store.Transaction;
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
  /// Most subjects that a tenant can demand.
  public static final int MAX_APPROVALS = 2;

  /// How often a change is made anew because another one came first.
  private static final int MAX_ROUNDS = 5;

  private final Store store;
  private final Changes changes;

  PolicyAdministration(Store store, Changes changes) {
    this.store = store;
    this.changes = changes;
  }

  /// Makes the body of a policy from what is in force.
  @FunctionalInterface
  private interface Body {
    Json.Obj from(PolicyState state) throws FormatException, TransactionRefusedException;
  }

  /// Puts a release policy in force.
  public PolicyOutcome putRelease(Tenant tenant, PolicyRequest request, ReleasePolicy policy)
      throws TransactionRefusedException {
    return put(tenant, request, StoredPolicy.Kind.RELEASE, policy.json());
  }

  /// Puts an attestation policy in force, for all classes of evidence.
  public PolicyOutcome putAttestation(
      Tenant tenant, PolicyRequest request, AttestationPolicy policy)
      throws TransactionRefusedException {
    return put(tenant, request, StoredPolicy.Kind.ATTESTATION, policy.json());
  }

  private PolicyOutcome put(
      Tenant tenant, PolicyRequest request, StoredPolicy.Kind kind, Json.Obj body)
      throws TransactionRefusedException {
    try {
      return put(tenant, request, kind, _ -> body);
    } catch (FormatException e) {
      throw new IllegalStateException("a body that is there is not read", e);
    }
  }

  /// Puts a text in force for one class of evidence; the others stay what they are.
  ///
  /// @param text in Rego; empty to appraise that class by the built-in rules again
  /// @throws FormatException with position and hint if the text does not compile; what was in force
  ///   stays so
  public PolicyOutcome putAttestationClass(
      Tenant tenant, PolicyRequest request, String teeClass, Optional<String> text)
      throws TransactionRefusedException, FormatException {
    return put(
        tenant,
        request,
        StoredPolicy.Kind.ATTESTATION,
        state -> {
          AttestationPolicy before =
              state instanceof PolicyState.Active(StoredPolicy policy)
                  ? AttestationPolicy.parse(policy.body())
                  : AttestationPolicy.DEFAULT;
          return text.isPresent()
              ? before.with(teeClass, text.get()).json()
              : before.without(teeClass).json();
        });
  }

  private PolicyOutcome put(Tenant tenant, PolicyRequest request, StoredPolicy.Kind kind, Body body)
      throws TransactionRefusedException, FormatException {
    for (int round = 1; ; round++) {
      PolicyState state = current(tenant, kind);
      long base = PolicyChange.inForce(state);
      PolicyChange change =
          new PolicyChange.Put(
              kind,
              Policies.id(kind),
              body.from(state),
              request.ifVersion().orElse(base),
              request.comment());
      try {
        return ask(tenant, request.by(), change);
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

  /// Makes a change, or keeps it until it is approved.
  private PolicyOutcome ask(Tenant tenant, Administrator by, PolicyChange change)
      throws TransactionRefusedException {
    return changes.attempt(
        tenant,
        change.action(),
        by.shown(),
        tx -> {
          Optional<Refusal> obstacle = change.obstacle(tx);
          if (obstacle.isPresent()) {
            return new Result.No<>(obstacle.get());
          }
          if (tx.setting(PolicyChange.APPROVALS, 1) > 1) {
            long number = tx.propose(change.json(), by.identity(), by.shown());
            return new Result.Done<>(
                new PolicyOutcome.Proposed(number),
                "propose",
                Json.object().put("proposal", number).put("change", change.json()).build());
          }
          PolicyOutcome.Active made = change.make(tx, by.shown(), "");
          return new Result.Done<>(made, change.action(), change.detail(made));
        });
  }

  /// Puts in force again what an older version was, as a new version.
  ///
  /// @throws TransactionRefusedException if there is no such version
  public PolicyOutcome rollback(
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

  /// How many subjects must agree to a change.
  public int approvals(Tenant tenant) throws TransactionRefusedException {
    return Math.toIntExact(changes.query(() -> store.setting(tenant, PolicyChange.APPROVALS, 1)));
  }

  /// Sets how many subjects must agree to a change. To need fewer is itself such a change.
  ///
  /// @param wanted 1 or [#MAX_APPROVALS]
  public PolicyOutcome setApprovals(Tenant tenant, PolicyRequest request, int wanted)
      throws TransactionRefusedException {
    if (wanted < 1 || wanted > MAX_APPROVALS) {
      throw new IllegalArgumentException("1 to " + MAX_APPROVALS + " approvals, not " + wanted);
    }
    return ask(tenant, request.by(), new PolicyChange.Approvals(wanted, request.comment()));
  }

  /// The changes that wait for an approval, oldest first.
  public List<StoredProposal> proposals(Tenant tenant) throws TransactionRefusedException {
    return changes.query(() -> store.proposals(tenant));
  }

  /// Approves a change, which is made at once.
  ///
  /// @throws TransactionRefusedException if there is none of that number, if its proposer is the
  ///   same subject, or if another version is in force by now
  public PolicyOutcome.Active approve(Tenant tenant, Administrator by, long number)
      throws TransactionRefusedException {
    return changes.attempt(
        tenant,
        "approve",
        by.shown(),
        tx -> {
          Optional<StoredProposal> waiting = tx.proposal(number);
          if (waiting.isEmpty()) {
            return new Result.No<>(noProposal(number));
          }
          StoredProposal proposal = waiting.get();
          if (proposal.identity().equals(by.identity())) {
            return new Result.No<>(
                Refusal.of(
                    AdminCheck.APPROVAL,
                    Code.APPROVAL_SAME_SUBJECT,
                    "another subject than " + proposal.by(),
                    by.shown()));
          }
          PolicyChange change = read(proposal);
          Optional<Refusal> obstacle = change.obstacle(tx);
          return obstacle.isPresent()
              ? new Result.No<>(obstacle.get())
              : approved(tx, proposal, change, by);
        });
  }

  private static Result<PolicyOutcome.Active> approved(
      Transaction tx, StoredProposal proposal, PolicyChange change, Administrator by)
      throws StoreException {
    PolicyOutcome.Active made = change.make(tx, proposal.by(), by.shown());
    tx.endProposal(proposal.number());
    Json.ObjBuilder detail =
        Json.object()
            .put("proposal", proposal.number())
            .put("proposed_by", proposal.by())
            .put("change", change.action());
    change.detail(made).members().forEach(detail::put);
    return new Result.Done<>(made, "approve", detail.build());
  }

  private static PolicyChange read(StoredProposal proposal) throws StoreException {
    try {
      return PolicyChange.parse(proposal.change());
    } catch (FormatException e) {
      throw new StoreException(Code.STORE_CORRUPT, "a proposal cannot be read: " + e, e);
    }
  }

  /// Withdraws a change that waits; any administrator may.
  ///
  /// @throws TransactionRefusedException if there is none of that number
  public void withdraw(Tenant tenant, Administrator by, long number)
      throws TransactionRefusedException {
    changes.attempt(
        tenant,
        "withdraw",
        by.shown(),
        tx -> {
          Optional<StoredProposal> waiting = tx.proposal(number);
          if (waiting.isEmpty()) {
            return new Result.No<>(noProposal(number));
          }
          tx.endProposal(number);
          Json.Obj detail =
              Json.object()
                  .put("proposal", number)
                  .put("proposed_by", waiting.get().by())
                  .put("change", waiting.get().change())
                  .build();
          return new Result.Done<>(number, "withdraw", detail);
        });
  }

  /// That a change would have to wait where nobody can wait for it.
  TransactionRefusedException approvalMissing(Tenant tenant, String by) {
    return changes.refused(
        tenant,
        "put-policy",
        by,
        Refusal.of(
            AdminCheck.APPROVAL,
            Code.APPROVAL_MISSING,
            "the approval of a second subject",
            "a change by one, through an interface that knows no proposals"));
  }

  private static Refusal noProposal(long number) {
    return Refusal.of(
        AdminCheck.PROPOSAL, Code.NO_SUCH_ENTRY, "a proposal " + number, "none that waits");
  }

  private static Refusal noVersion(StoredPolicy.Kind kind, long version) {
    return Refusal.of(
        AdminCheck.POLICY_KNOWN,
        Code.NO_SUCH_ENTRY,
        "version %d of the %s policy".formatted(version, kind.text()),
        "none");
  }
}
