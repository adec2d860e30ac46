package io.vouchsafe.cli;

import io.vouchsafe.verdict.Refusal;
import java.util.Optional;

/// A command that cannot do what it was asked. Ends with one readable message and exit status 125
/// (or the one given), never with a stack trace.
sealed class Failure extends Exception permits ProposedFailure {
  private static final long serialVersionUID = 1L;

  /// Exit status of our own failures, apart from those of the user's container.
  static final int STATUS = 125;

  private final int status;
  private final transient Optional<Refusal> refusal;

  Failure(String message) {
    this(message, STATUS);
  }

  Failure(String message, int status) {
    super(message);
    this.status = status;
    this.refusal = Optional.empty();
  }

  Failure(String message, Throwable cause) {
    super(message, cause);
    this.status = STATUS;
    this.refusal = Optional.empty();
  }

  Failure(Refusal refusal) {
    super(refusal.summary());
    this.status = STATUS;
    this.refusal = Optional.of(refusal);
  }

  int status() {
    return status;
  }

  Optional<Refusal> refusal() {
    return refusal;
  }
}
