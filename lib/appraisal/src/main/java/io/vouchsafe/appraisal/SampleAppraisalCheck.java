package io.vouchsafe.appraisal;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.EnumSet;
import java.util.Set;

/// The checks of the built-in appraisal of sample evidence: those of the reference broker's default
/// policy (specs/kbs-protocol §9.3).
public enum SampleAppraisalCheck implements Check {
  LAUNCH_DIGEST("appraisal.sample.launch-digest", "The launch digest is a reference value"),
  SVN("appraisal.sample.svn", "The security version is a reference value"),
  MAJOR_VERSION("appraisal.sample.major-version", "The platform's major version is as expected"),
  MINOR_VERSION("appraisal.sample.minor-version", "The platform's minor version is high enough"),
  DEBUG("appraisal.sample.debug", "Debugging is off");

  private final String id;
  private final String title;

  SampleAppraisalCheck(String id, String title) {
    this.id = id;
    this.title = title;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public Set<Code> codes() {
    return EnumSet.of(
        Code.MEASUREMENT_MISMATCH, Code.NO_REFERENCE_VALUE, Code.REFERENCE_VALUE_EXPIRED);
  }
}
