package io.vouchsafe.trust.collateral;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.verdict.Refusal;
import io.vouchsafe.verdict.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A verifier that waits for collateral, a bounded time and once: evidence of a platform that was
/// seen before costs nothing more.
final class WaitingVerifier implements Verifier {
  private final Verifier delegate;
  private final CollateralService service;
  private final Duration longest;

  WaitingVerifier(Verifier delegate, CollateralService service, Duration longest) {
    this.delegate = delegate;
    this.service = service;
    this.longest = longest;
  }

  @Override
  public String tee() {
    return delegate.tee();
  }

  @Override
  public VerifiedEvidence verify(Json evidence, ExpectedBinding binding, Instant at)
      throws RefusedException {
    Misses misses = new Misses();
    RefusedException refused;
    try {
      return ScopedValue.where(CollateralService.MISSES, misses)
          .call(() -> delegate.verify(evidence, binding, at));
    } catch (RefusedException e) {
      refused = e;
    }
    List<CollateralKey> missing = misses.behind(refused.refusal());
    if (missing.isEmpty()) {
      throw refused;
    }
    Optional<FetchException> failure;
    try {
      failure = service.await(missing, longest);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw refused;
    }
    if (missing.stream().allMatch(key -> service.held(key).isEmpty())) {
      throw failure.map(why -> explained(refused, why)).orElse(refused);
    }
    try {
      return ScopedValue.where(CollateralService.MISSES, new Misses())
          .call(() -> delegate.verify(evidence, binding, at));
    } catch (RefusedException e) {
      boolean same = e.refusal().equals(refused.refusal());
      throw failure.filter(_ -> same).map(why -> explained(e, why)).orElse(e);
    }
  }

  /// The same refusal, which says why what is missing could not be had.
  private static RefusedException explained(RefusedException refused, FetchException why) {
    Refusal plain = refused.refusal();
    Refusal told =
        new Refusal(
            plain.check(),
            plain.code(),
            plain.expected(),
            "%s (%s: %s)".formatted(plain.found(), why.refusal().code(), why.refusal().found()),
            plain.remedy());
    return new RefusedException(told, refused.results());
  }
}
