package io.vouchsafe.cli;

import io.vouchsafe.verdict.Refusal;

/// A guest was refused something, or refused something itself.
final class PodRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;
  private final String id;

  /// @param id of the ledger's entry, empty if there is none
  PodRefusedException(Refusal refusal, String id) {
    super(refusal.summary());
    this.refusal = refusal;
    this.id = id;
  }

  Refusal refusal() {
    return refusal;
  }

  String id() {
    return id;
  }
}
