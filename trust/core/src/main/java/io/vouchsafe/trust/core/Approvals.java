package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.core.Changes.Result;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.StoredProposal;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.trust.store.Transaction;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Makes changes of a tenant's policies, reference values and trusted keys, or keeps them until a
/// second subject approves them, where the tenant demands two. What is approved is what was
/// proposed, on the state that it was proposed for, or nothing.
///
/// All methods throw [TransactionRefusedException] if the store cannot answer.
public final class Approvals {
  /// Most subjects that a tenant can demand.
  public static final int MAX_APPROVALS = 2;

  /// Most changes of a tenant that wait.
  public static final int MAX_WAITING = 100;

  private static final String APPROVE = "approve";

  private final Store store;
  private final Changes changes;

  Approvals(Store store, Changes changes) {
    this.store = store;
    this.changes = changes;
  }

  /// How many subjects must agree to a change.
  public int needed(Tenant tenant) throws TransactionRefusedException {
    return Math.toIntExact(changes.query(() -> store.setting(tenant, ApprovalsChange.SETTING, 1)));
  }

  /// Sets how many subjects must agree to a change. To need fewer is itself such a change.
  ///
  /// @param wanted 1 or [#MAX_APPROVALS]
  public ChangeOutcome need(Tenant tenant, PolicyRequest request, int wanted)
      throws TransactionRefusedException {
    if (wanted < 1 || wanted > MAX_APPROVALS) {
      throw new IllegalArgumentException("1 to " + MAX_APPROVALS + " approvals, not " + wanted);
    }
    return ask(tenant, request.by(), new ApprovalsChange(wanted, request.comment()));
  }

  /// The changes that wait for an approval, oldest first.
  public List<Waiting> proposals(Tenant tenant) throws TransactionRefusedException {
    return changes.query(() -> store.proposals(tenant)).stream().map(Waiting::of).toList();
  }

  /// A change that waits.
  ///
  /// @param digest SHA-256 of all of it, hexadecimal
  /// @param change what is to be done; a signed file is left out and named by its digest
  public record Waiting(long number, Instant at, String by, String digest, Json.Obj change) {
    private static Waiting of(StoredProposal proposal) {
      return new Waiting(
          proposal.number(),
          proposal.at(),
          proposal.by(),
          Digests.of(proposal.change()),
          AdminChange.shown(proposal.change()));
    }
  }

  /// Makes a change, or keeps it until it is approved.
  ChangeOutcome ask(Tenant tenant, Administrator by, AdminChange change)
      throws TransactionRefusedException {
    return changes.<ChangeOutcome>attempt(
        tenant,
        change.action(),
        by.shown(),
        tx -> {
          Optional<Refusal> obstacle = change.obstacle(tx);
          if (obstacle.isPresent()) {
            return new Result.No<>(obstacle.get());
          }
          return two(tx) ? propose(tx, by, change.onto(tx)) : made(tx, by.shown(), change);
        });
  }

  /// Makes a change at once, for callers who know no proposals: where the tenant demands two
  /// approvals it is refused.
  ChangeOutcome.Made demand(Tenant tenant, String by, AdminChange change)
      throws TransactionRefusedException {
    ChangeOutcome outcome =
        changes.<ChangeOutcome>attempt(
            tenant,
            change.action(),
            by,
            tx -> {
              if (two(tx)) {
                return new Result.No<>(
                    missing("a change by one, through an interface that knows no proposals"));
              }
              Optional<Refusal> obstacle = change.obstacle(tx);
              return obstacle.isPresent() ? new Result.No<>(obstacle.get()) : made(tx, by, change);
            });
    return switch (outcome) {
      case ChangeOutcome.Made made -> made;
      case ChangeOutcome.Proposed proposed -> throw new IllegalStateException("" + proposed);
    };
  }

  private static boolean two(Transaction tx) throws StoreException {
    return tx.setting(ApprovalsChange.SETTING, 1) > 1;
  }

  private static Result<ChangeOutcome> made(Transaction tx, String by, AdminChange change)
      throws StoreException {
    AdminChange.Done done = change.make(tx, by, "");
    return new Result.Done<>(done.outcome(), change.action(), done.detail());
  }

  private static Result<ChangeOutcome> propose(Transaction tx, Administrator by, AdminChange change)
      throws StoreException {
    if (tx.waitingProposals() >= MAX_WAITING) {
      return new Result.No<>(missing(MAX_WAITING + " changes that wait already"));
    }
    Json.Obj stored = change.json();
    long number = tx.propose(stored, by.identity(), by.shown());
    Json.Obj detail =
        Json.object()
            .put("proposal", number)
            .put("digest", Digests.of(stored))
            .put("change", AdminChange.shown(stored))
            .build();
    return new Result.Done<>(
        new ChangeOutcome.Proposed(number, Digests.of(stored)), "propose", detail);
  }

  private static Refusal missing(String found) {
    return Refusal.of(
        AdminCheck.APPROVAL, Code.APPROVAL_MISSING, "the approval of a second subject", found);
  }

  /// Approves a change, which is made at once.
  ///
  /// @param digest that its content must have; empty if whatever bears the number is meant
  /// @throws TransactionRefusedException if there is none of that number and digest, if its
  ///   proposer is the same subject, if what it would change is another by now, or if what was
  ///   signed does not count any more
  public ChangeOutcome.Made approve(
      Tenant tenant, Administrator by, long number, Optional<String> digest)
      throws TransactionRefusedException {
    Optional<StoredProposal> waiting = changes.query(() -> store.proposal(tenant, number));
    Optional<Refusal> refusal = mayNot(waiting, by, number, digest);
    if (waiting.isEmpty() || refusal.isPresent()) {
      throw changes.refused(
          tenant, APPROVE, by.shown(), refusal.orElseGet(() -> noProposal(number)));
    }
    AdminChange change = read(tenant, by, waiting.get());
    return changes.attempt(
        tenant,
        APPROVE,
        by.shown(),
        tx -> {
          // Another approver, or its proposer, may have been faster.
          if (!tx.proposal(number).equals(waiting)) {
            return new Result.No<>(noProposal(number));
          }
          Optional<Refusal> obstacle = change.obstacle(tx);
          return obstacle.isPresent()
              ? new Result.No<>(obstacle.get())
              : approved(tx, waiting.get(), change, by);
        });
  }

  private static Optional<Refusal> mayNot(
      Optional<StoredProposal> waiting, Administrator by, long number, Optional<String> digest) {
    if (waiting.isEmpty()) {
      return Optional.of(noProposal(number));
    }
    StoredProposal proposal = waiting.get();
    String known = Digests.of(proposal.change());
    if (digest.isPresent() && !digest.get().equals(known)) {
      return Optional.of(
          Refusal.of(
              AdminCheck.PROPOSAL,
              Code.NO_SUCH_ENTRY,
              "proposal %d with digest %s".formatted(number, digest.get()),
              "digest " + known));
    }
    return proposal.identity().equals(by.identity())
        ? Optional.of(
            Refusal.of(
                AdminCheck.APPROVAL,
                Code.APPROVAL_SAME_SUBJECT,
                "another subject than " + proposal.by(),
                by.shown()))
        : Optional.empty();
  }

  private AdminChange read(Tenant tenant, Administrator by, StoredProposal proposal)
      throws TransactionRefusedException {
    Instant now = changes.query(store::now);
    try {
      return AdminChange.parse(proposal.change(), now);
    } catch (FormatException e) {
      return changes.query(() -> {
        throw new StoreException(Code.STORE_CORRUPT, "a proposal cannot be read: " + e, e);
      });
    } catch (RefusedException e) {
      throw changes.refused(tenant, APPROVE, by.shown(), e.refusal());
    }
  }

  private static Result<ChangeOutcome.Made> approved(
      Transaction tx, StoredProposal proposal, AdminChange change, Administrator by)
      throws StoreException {
    AdminChange.Done made = change.make(tx, proposal.by(), by.shown());
    tx.endProposal(proposal.number());
    Json.ObjBuilder detail =
        Json.object()
            .put("proposal", proposal.number())
            .put("proposed_by", proposal.by())
            .put("proposal_digest", Digests.of(proposal.change()))
            .put("change", change.action());
    made.detail().members().forEach(detail::put);
    return new Result.Done<>(made.outcome(), APPROVE, detail.build());
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
                  .put("change", AdminChange.shown(waiting.get().change()))
                  .build();
          return new Result.Done<>(number, "withdraw", detail);
        });
  }

  private static Refusal noProposal(long number) {
    return Refusal.of(
        AdminCheck.PROPOSAL, Code.NO_SUCH_ENTRY, "a proposal " + number, "none that waits");
  }
}
