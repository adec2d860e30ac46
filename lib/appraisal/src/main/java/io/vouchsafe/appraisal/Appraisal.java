package io.vouchsafe.appraisal;

import java.util.List;
import java.util.Optional;

/// What an attestation policy made of one submodule's evidence.
///
/// @param vector the trust vector
/// @param findings every check that ran, in order
public record Appraisal(TrustVector vector, List<Finding> findings) {

  public Appraisal {
    findings = List.copyOf(findings);
  }

  /// The first check that failed: its code is the one that a refusal bears.
  public Optional<Finding> firstFailure() {
    return findings.stream().filter(Finding::failed).findFirst();
  }
}
