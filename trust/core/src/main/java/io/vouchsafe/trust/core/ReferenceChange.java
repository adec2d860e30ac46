package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.StoredReferenceValue;
import io.vouchsafe.trust.store.Transaction;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Other reference values are to be in force. Its base is the SHA-256 of the entries that it is
/// about, as they were when it was proposed; empty while it is not tied to any.
sealed interface ReferenceChange extends AdminChange permits ValueChange, SetChange {
  /// Member of the stored form with the bytes of a signed file.
  String FILE = "file";

  /// Member of the stored form with the base.
  String BASE = "base";

  /// The state that it was made for; empty for any.
  String base();

  /// The same, made for another state.
  ReferenceChange at(String base);

  /// The entries that it is about.
  List<StoredReferenceValue> touched(Transaction tx) throws StoreException;

  /// What it is about beside entries.
  default Json around(Transaction tx) throws StoreException {
    return Json.NULL;
  }

  @Override
  default AdminChange onto(Transaction tx) throws StoreException {
    return at(state(tx));
  }

  @Override
  default Optional<Refusal> obstacle(Transaction tx) throws StoreException {
    if (base().isEmpty()) {
      return Optional.empty();
    }
    String now = state(tx);
    return now.equals(base())
        ? Optional.empty()
        : Optional.of(
            Refusal.of(
                AdminCheck.REFERENCE_VALUES,
                Code.REFERENCE_VALUES_CHANGED,
                "entries with digest " + base(),
                "entries with digest " + now));
  }

  private String state(Transaction tx) throws StoreException {
    List<Json> entries = new ArrayList<>();
    entries.add(around(tx));
    for (StoredReferenceValue entry : touched(tx)) {
      entries.add(entry(entry));
    }
    return Digests.of(Json.array(entries));
  }

  /// An entry, whole: what an administrator needs to put it again.
  private static Json entry(StoredReferenceValue entry) {
    Json.ObjBuilder json = Json.object().put("id", entry.id());
    entry.value().json().members().forEach(json::put);
    return json.build();
  }

  /// Says in an entry of the ledger what is gone and what is there.
  static Json.Obj detail(
      Json.ObjBuilder detail,
      List<StoredReferenceValue> removed,
      List<StoredReferenceValue> added) {
    return detail
        .put("removed", removed.size())
        .put("removed_entries", Json.array(removed.stream().map(ReferenceChange::entry).toList()))
        .put("entries", Json.array(added.stream().map(ReferenceChange::entry).toList()))
        .build();
  }

  /// Deletes entries.
  ///
  /// @return the same
  static List<StoredReferenceValue> remove(Transaction tx, List<StoredReferenceValue> entries)
      throws StoreException {
    for (StoredReferenceValue entry : entries) {
      tx.deleteReferenceValue(entry.id());
    }
    return entries;
  }

  /// Reads the stored form.
  static ReferenceChange parse(String action, Json.Obj change, Instant at)
      throws FormatException, RefusedException {
    return switch (action) {
      case SetChange.Take.ACTION -> SetChange.Take.parse(change, at);
      case SetChange.Restore.ACTION -> SetChange.Restore.parse(change);
      default -> ValueChange.parse(action, change);
    };
  }
}
