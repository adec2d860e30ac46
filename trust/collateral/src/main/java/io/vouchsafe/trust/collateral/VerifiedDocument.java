package io.vouchsafe.trust.collateral;

import io.vouchsafe.evidence.GenuineDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/// A document that led to a root when it was verified. Only [DocumentVerifier] makes it.
public final class VerifiedDocument {
  private final CollateralDocument document;
  private final GenuineDocument facts;

  VerifiedDocument(CollateralDocument document, GenuineDocument facts) {
    this.document = Objects.requireNonNull(document, "document");
    this.facts = Objects.requireNonNull(facts, "facts");
  }

  public CollateralDocument document() {
    return document;
  }

  /// What was established.
  public GenuineDocument facts() {
    return facts;
  }

  public CollateralKey key() {
    return document.key();
  }

  /// Whether it counts at `at`: within its own dates and no further.
  boolean counts(Instant at) {
    return !at.isAfter(facts.until());
  }

  /// When it should be fetched again: when half of the time is over that it had when it came.
  Instant refreshAt() {
    Instant from = document.fetched();
    return from.plus(Duration.between(from, facts.until()).dividedBy(2));
  }

  /// Whether it is older than `other` for the same key: whoever serves that hides news.
  boolean isOlderThan(VerifiedDocument other) {
    return facts.issued().isBefore(other.facts.issued()) || facts.number() < other.facts.number();
  }
}
