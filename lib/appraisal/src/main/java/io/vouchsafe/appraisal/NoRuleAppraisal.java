package io.vouchsafe.appraisal;

import static io.vouchsafe.appraisal.TrustVector.Claim.CONFIGURATION;
import static io.vouchsafe.appraisal.TrustVector.Claim.EXECUTABLES;
import static io.vouchsafe.appraisal.TrustVector.Claim.HARDWARE;

import io.vouchsafe.verdict.Code;
import java.time.Instant;

/// For evidence that no rule is written for: the defaults of the reference broker
/// (specs/kbs-protocol §9.3), which make a contraindicated result.
final class NoRuleAppraisal {
  /// AR4SI: unrecognised at run time.
  static final int UNRECOGNISED_EXECUTABLES = 33;

  /// AR4SI: unrecognised.
  static final int UNRECOGNISED_HARDWARE = 97;

  /// AR4SI: elements unavailable.
  static final int UNKNOWN_CONFIGURATION = 36;

  private NoRuleAppraisal() {}

  static Appraisal appraise(EvidenceClaims evidence, ReferenceValues values, Instant at) {
    Findings findings = new Findings(values, at);
    findings.fail(
        NoRuleCheck.RULE, Code.NO_REFERENCE_VALUE, "a rule for " + evidence.tee(), "none");
    return new Appraisal(
        TrustVector.UNSTATED
            .with(EXECUTABLES, UNRECOGNISED_EXECUTABLES)
            .with(HARDWARE, UNRECOGNISED_HARDWARE)
            .with(CONFIGURATION, UNKNOWN_CONFIGURATION),
        findings.list());
  }
}
