package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.Json;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What an attestation policy made of one submodule's evidence.
///
/// @param vector the trust vector
/// @param findings every check that ran, in order
/// @param extensions that the policy wants in the token, by name; empty if it leaves that to the
///   built-in rules
public record Appraisal(TrustVector vector, List<Finding> findings, Optional<Json.Obj> extensions) {

  public Appraisal {
    findings = List.copyOf(findings);
    Objects.requireNonNull(extensions, "extensions");
  }

  /// By the built-in rules.
  public Appraisal(TrustVector vector, List<Finding> findings) {
    this(vector, findings, Optional.empty());
  }

  /// The first check that failed: its code is the one that a refusal bears.
  public Optional<Finding> firstFailure() {
    return findings.stream().filter(Finding::failed).findFirst();
  }
}
