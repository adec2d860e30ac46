package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.EvidenceClaims;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.ExpectedBinding;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The evidence of one guest: of its primary TEE, then of its devices.
///
/// @param nonce as the guest sent it
/// @param submissions the primary one first
/// @param initData what the guest says it was started with; counts for the primary evidence, whose
///   binding must name its digest
public record EvidenceSet(
    String nonce, List<Submission> submissions, Optional<EvidenceClaims.InitData> initData) {

  /// Evidence of one kind.
  ///
  /// @param tee its kind, as on the wire
  /// @param evidence as it came
  /// @param binding what it must have bound; the facade works this out
  /// @param runtimeData the structured data that the binding is the digest of
  public record Submission(String tee, Json evidence, ExpectedBinding binding, Json runtimeData) {
    public Submission {
      Objects.requireNonNull(tee, "tee");
      Objects.requireNonNull(evidence, "evidence");
      Objects.requireNonNull(binding, "binding");
      Objects.requireNonNull(runtimeData, "runtimeData");
    }
  }

  public EvidenceSet {
    Objects.requireNonNull(nonce, "nonce");
    submissions = List.copyOf(submissions);
    Objects.requireNonNull(initData, "initData");
    if (submissions.isEmpty()) {
      throw new IllegalArgumentException("at least the primary evidence");
    }
    if (initData.isPresent() && submissions.getFirst().binding().initData().isEmpty()) {
      throw new IllegalArgumentException("init-data without a digest to compare");
    }
  }
}
