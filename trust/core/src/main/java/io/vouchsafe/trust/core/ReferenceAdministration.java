package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.statement.StatementSigner;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoredReferenceSet;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What administrators of a tenant do with reference values. A statement is verified here, whoever
/// verified it before, and taken as a whole or not at all; its version may not be below one of the
/// same name that was taken before. Every attempt is in the ledger, with the entries that are gone.
///
/// Where the tenant demands two approvals, each change waits for the second subject. Taking values
/// out of force does too: a policy may ask for what must not be there.
public final class ReferenceAdministration {
  private final Store store;
  private final Changes changes;
  private final Approvals approvals;

  ReferenceAdministration(Store store, Changes changes, Approvals approvals) {
    this.store = store;
    this.changes = changes;
    this.approvals = approvals;
  }

  /// Adds values to those that are there.
  public ChangeOutcome add(Tenant tenant, Administrator by, List<ReferenceValue> values)
      throws TransactionRefusedException {
    return approvals.ask(tenant, by, new ValueChange.Put(values, false, ""));
  }

  /// Takes all values of a name out of force.
  public ChangeOutcome delete(Tenant tenant, Administrator by, String name)
      throws TransactionRefusedException {
    return approvals.ask(tenant, by, new ValueChange.DeleteName(name, ""));
  }

  /// Takes one entry out of force.
  public ChangeOutcome delete(Tenant tenant, Administrator by, long entry)
      throws TransactionRefusedException {
    return approvals.ask(tenant, by, new ValueChange.DeleteEntry(entry, ""));
  }

  /// Takes a statement or bundle.
  ///
  /// @param file as it was signed
  /// @param signers whom the administrator believes
  /// @param replace whether values of older versions of the set are taken out of force. A bundle is
  ///   the whole set: there they always are
  /// @throws TransactionRefusedException with a check of [StatementCheck] if it is refused
  public ChangeOutcome importSet(
      Tenant tenant, Administrator by, Bytes file, List<StatementSigner> signers, boolean replace)
      throws TransactionRefusedException {
    Instant now = changes.query(store::now);
    SetChange.Take take;
    try {
      take = SetChange.Take.of(file, signers, replace, "", now);
    } catch (RefusedException e) {
      throw changes.refused(tenant, SetChange.Take.ACTION, by.shown(), e.refusal());
    }
    return approvals.ask(tenant, by, take);
  }

  /// Puts the values of a version of a signed set in force that was taken before, in place of those
  /// of other versions. What is imported must still be newer than the newest that was ever taken.
  ///
  /// @param comment why, for the record; may be empty
  /// @throws TransactionRefusedException if there is no such version, or all its values are past
  ///   their end
  public ChangeOutcome rollback(
      Tenant tenant, Administrator by, String set, long version, String comment)
      throws TransactionRefusedException {
    String why = comment.isEmpty() ? "rollback to version " + version : comment;
    return approvals.ask(tenant, by, new SetChange.Restore(set, version, why, ""));
  }

  /// All signed sets that were taken, by name, newest first.
  public List<StoredReferenceSet> sets(Tenant tenant) throws TransactionRefusedException {
    return changes.query(() -> store.referenceSets(tenant));
  }

  /// The signed set with that digest.
  public Optional<StoredReferenceSet> set(Tenant tenant, String statement)
      throws TransactionRefusedException {
    return changes.query(() -> store.referenceSet(tenant, statement));
  }
}
