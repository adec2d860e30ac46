package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.Transaction;
import io.vouchsafe.verdict.Refusal;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.Optional;

/// A change that can be made at once, or wait for an approval as its JSON.
sealed interface AdminChange
    permits PolicyChange, ApprovalsChange, ReferenceChange, TrustedKeyChange {
  String ACTION = "action";

  /// What entries call it.
  String action();

  /// The stored form.
  Json.Obj json();

  /// The same, tied to what it would change as that is now, if it is not tied to something already.
  /// One that bears its base from the start, or needs none, remains as it is.
  default AdminChange onto(Transaction tx) throws StoreException {
    return this;
  }

  /// Why it cannot be made as things are.
  default Optional<Refusal> obstacle(Transaction tx) throws StoreException {
    return Optional.empty();
  }

  /// Makes it.
  ///
  /// @param approvedBy the second subject; empty if none was needed
  Done make(Transaction tx, String by, String approvedBy) throws StoreException;

  /// A change that was made.
  ///
  /// @param detail what the entry says about it
  record Done(ChangeOutcome.Made outcome, Json.Obj detail) {}

  /// What records and lists show of a stored form: all but the bytes of a signed file, which its
  /// digest stands for.
  static Json.Obj shown(Json.Obj change) {
    return change.without(ReferenceChange.FILE);
  }

  /// Reads the stored form.
  ///
  /// @param at what is signed must still count then
  /// @throws RefusedException if it does not
  static AdminChange parse(Json.Obj change, Instant at) throws FormatException, RefusedException {
    String action = change.string(ACTION);
    return switch (action) {
      case PolicyChange.ACTION -> PolicyChange.parse(change);
      case ApprovalsChange.ACTION -> ApprovalsChange.parse(change);
      case TrustedKeyChange.ACTION -> TrustedKeyChange.parse(change);
      default -> ReferenceChange.parse(action, change, at);
    };
  }
}
