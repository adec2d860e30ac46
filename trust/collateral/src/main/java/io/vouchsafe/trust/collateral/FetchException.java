package io.vouchsafe.trust.collateral;

import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/// A document could not be had.
public final class FetchException extends Exception {
  private static final long serialVersionUID = 1L;

  /// Whether it makes sense to try again.
  enum Next {
    /// The service is overloaded or away: later, and that goes for everything it serves.
    BACK_OFF,
    /// The answer is no, or cannot be used.
    GIVE_UP
  }

  private final transient Refusal refusal;
  private final Next next;
  private final transient Optional<Duration> retryAfter;

  FetchException(Refusal refusal, Next next, Optional<Duration> retryAfter) {
    super(refusal.summary());
    this.refusal = Objects.requireNonNull(refusal, "refusal");
    this.next = next;
    this.retryAfter = retryAfter;
  }

  static FetchException answer(Code code, Next next, String found) {
    return new FetchException(
        Refusal.of(FetchCheck.ANSWER, code, "a document", found), next, Optional.empty());
  }

  static FetchException of(Refusal refusal) {
    return new FetchException(refusal, Next.GIVE_UP, Optional.empty());
  }

  /// Why: with the code that stands in status and log.
  public Refusal refusal() {
    return refusal;
  }

  Next next() {
    return next;
  }

  /// How long the service wants to be left alone.
  Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
