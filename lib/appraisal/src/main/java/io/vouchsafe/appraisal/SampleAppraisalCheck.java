package io.vouchsafe.appraisal;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of the built-in appraisal of sample evidence: those of the reference broker's default
/// policy (specs/kbs-protocol §9.3).
public enum SampleAppraisalCheck implements Check {
  LAUNCH_DIGEST("appraisal.sample.launch-digest", "The launch digest is a reference value"),
  SVN("appraisal.sample.svn", "The security version is a reference value"),
  MAJOR_VERSION("appraisal.sample.major-version", "The platform's major version is as expected"),
  MINOR_VERSION("appraisal.sample.minor-version", "The platform's minor version is high enough"),
  DEBUG("appraisal.sample.debug", "Debugging is off");

  private final Definition definition;

  SampleAppraisalCheck(String id, String title) {
    definition =
        new Definition(
            id,
            title,
            Code.MEASUREMENT_MISMATCH,
            Code.NO_REFERENCE_VALUE,
            Code.REFERENCE_VALUE_EXPIRED);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
