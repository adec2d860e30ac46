package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.ReferenceSource;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.statement.ReferenceSet;
import io.vouchsafe.appraisal.statement.SignedReferenceSet;
import io.vouchsafe.appraisal.statement.StatementCheck;
import io.vouchsafe.appraisal.statement.StatementSigner;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.StoredReferenceSet;
import io.vouchsafe.trust.store.StoredReferenceValue;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.trust.store.Transaction;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What administrators of a tenant may do with signed reference values. A statement is verified
/// here, whoever verified it before, and taken as a whole or not at all; its version may not be
/// below one of the same name that was taken before. Every attempt is in the ledger.
public final class ReferenceAdministration {
  private static final String ACTION = "import-reference-set";

  private final Store store;
  private final Changes changes;

  ReferenceAdministration(Store store, Changes changes) {
    this.store = store;
    this.changes = changes;
  }

  /// What became of an import.
  ///
  /// @param source names the statement
  /// @param added how many values are in force by it
  /// @param removed how many values of the same set are not in force any more
  /// @param expired how many values of it were past their end
  public record Imported(ReferenceSource source, int added, int removed, int expired) {}

  /// Takes a statement or bundle.
  ///
  /// @param file as it was signed
  /// @param signers whom the administrator believes
  /// @param replace whether values of older versions of the set are taken out of force. A bundle is
  ///   the whole set: there they always are
  /// @throws TransactionRefusedException with a check of [StatementCheck] if it is refused
  public Imported importSet(
      Tenant tenant, String by, Bytes file, List<StatementSigner> signers, boolean replace)
      throws TransactionRefusedException {
    Instant now = changes.query(store::now);
    SignedReferenceSet.Verified verified;
    try {
      verified = SignedReferenceSet.read(file, signers, now);
    } catch (RefusedException e) {
      throw changes.refused(tenant, ACTION, by, e.refusal());
    }
    boolean whole = replace || verified.set().kind() == ReferenceSet.Kind.BUNDLE;
    return changes.attempt(tenant, ACTION, by, tx -> take(tx, by, file, verified, whole));
  }

  private static Changes.Result<Imported> take(
      Transaction tx, String by, Bytes file, SignedReferenceSet.Verified verified, boolean whole)
      throws StoreException {
    ReferenceSource source = verified.source();
    Optional<StoredReferenceSet> newest = tx.referenceSet(source.set());
    Optional<Refusal> rollback = newest.flatMap(known -> rollback(known, source));
    if (rollback.isPresent()) {
      return new Changes.Result.No<>(rollback.get());
    }
    int removed = 0;
    for (StoredReferenceValue entry : tx.referenceValues()) {
      Optional<ReferenceSource> from = entry.value().source();
      boolean same = from.isPresent() && from.get().set().equals(source.set());
      boolean again = same && from.get().statement().equals(source.statement());
      if (same && (whole || again)) {
        tx.deleteReferenceValue(entry.id());
        removed += again ? 0 : 1; // What is taken once more stays in force.
      }
    }
    List<ReferenceValue> values = new ArrayList<>();
    for (ReferenceValue value : verified.values()) {
      if (value.inForce(tx.now())) {
        values.add(value);
      }
    }
    tx.addReferenceValues(values);
    if (newest.isEmpty() || newest.get().version() < source.version()) {
      tx.putReferenceSet(
          new StoredReferenceSet(
              source.set(),
              source.version(),
              source.statement(),
              source.signer(),
              file,
              tx.now(),
              by));
    }
    int expired = verified.values().size() - values.size();
    Imported imported = new Imported(source, values.size(), removed, expired);
    return new Changes.Result.Done<>(imported, ACTION, detail(imported, values));
  }

  /// An older version, or another content under the same one.
  private static Optional<Refusal> rollback(StoredReferenceSet known, ReferenceSource source) {
    if (known.version() < source.version()
        || known.version() == source.version() && known.statement().equals(source.statement())) {
      return Optional.empty();
    }
    return Optional.of(
        Refusal.of(
            StatementCheck.VERSION,
            Code.REFERENCE_VALUE_ROLLBACK,
            "%s above version %d, which was taken at %s"
                .formatted(source.set(), known.version(), known.at()),
            known.version() == source.version()
                ? "another content under that version"
                : "version " + source.version()));
  }

  private static Json.Obj detail(Imported imported, List<ReferenceValue> values) {
    List<Json> entries = new ArrayList<>();
    for (ReferenceValue value : values) {
      entries.add(
          Json.object()
              .put("name", value.name())
              .put("value", value.value())
              .put("expires", value.expires().toString())
              .build());
    }
    return Json.object()
        .put("set", imported.source().set())
        .put("version", imported.source().version())
        .put("statement", imported.source().statement())
        .put("signer", imported.source().signer())
        .put("removed", imported.removed())
        .put("entries", Json.array(entries))
        .build();
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
