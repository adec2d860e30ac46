package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.AttestationPolicy;
import io.vouchsafe.appraisal.ReleasePolicy;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What is to be tried: some evidence, and perhaps policies that are not in force.
///
/// @param evidence with the binding that it claims for itself: there is no session that it answers
/// @param resource what would be asked for, as the release policy sees it
/// @param named whether that is a resource that must be there
/// @param attestation instead of the attestation policy in force
/// @param release instead of the release policy in force
/// @param notTried what no trial can find out, in words
public record TrialQuestion(
    EvidenceSet evidence,
    Release.Resource resource,
    boolean named,
    Optional<AttestationPolicy> attestation,
    Optional<ReleasePolicy> release,
    List<String> notTried) {
  public TrialQuestion {
    Objects.requireNonNull(evidence, "evidence");
    Objects.requireNonNull(resource, "resource");
    Objects.requireNonNull(attestation, "attestation");
    Objects.requireNonNull(release, "release");
    notTried = List.copyOf(notTried);
  }

  /// The same question, under another attestation policy.
  public TrialQuestion withAttestation(AttestationPolicy policy) {
    return new TrialQuestion(evidence, resource, named, Optional.of(policy), release, notTried);
  }

  /// The same question, under another release policy.
  public TrialQuestion withRelease(ReleasePolicy policy) {
    return new TrialQuestion(evidence, resource, named, attestation, Optional.of(policy), notTried);
  }
}
