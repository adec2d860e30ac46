package io.vouchsafe.evidence.snp;

/// Endorsements that the verifying side has for a report: a bundle, a cache. Nothing is fetched
/// while a report is verified.
@FunctionalInterface
public interface SnpEndorsementSource {
  /// Has nothing, so that everything must come with the evidence.
  SnpEndorsementSource NONE = _ -> SnpEndorsements.NONE;

  /// What is known for the chip or provider of `report`, of which nothing is verified yet.
  SnpEndorsements of(SnpReport report);
}
