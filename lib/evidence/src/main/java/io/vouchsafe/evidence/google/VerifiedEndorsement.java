package io.vouchsafe.evidence.google;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.verdict.CheckResult;
import java.util.List;

/// A launch endorsement that is genuine and holds the measurement that was asked for. Only
/// [LaunchEndorsementVerifier] makes it.
public final class VerifiedEndorsement {
  private final LaunchEndorsement endorsement;
  private final long svn;
  private final Anchor anchor;
  private final List<CheckResult> checks;

  VerifiedEndorsement(
      LaunchEndorsement endorsement, long svn, Anchor anchor, List<CheckResult> checks) {
    this.endorsement = endorsement;
    this.svn = svn;
    this.anchor = anchor;
    this.checks = List.copyOf(checks);
  }

  public LaunchEndorsement endorsement() {
    return endorsement;
  }

  /// Security version of the firmware on this kind of machine.
  public long svn() {
    return svn;
  }

  public Anchor anchor() {
    return anchor;
  }

  /// What it says of the firmware, under `launch_endorsement` among the claims of evidence.
  public Json.Obj claims() {
    return Json.object()
        .put("firmware", endorsement.firmware().hex())
        .put("firmware_svn", svn)
        .put("changelist", Long.toUnsignedString(endorsement.changelist()))
        .put("timestamp", endorsement.timestamp())
        .put("anchor", anchor.text())
        .build();
  }

  /// Every check that ran, in order; all passed or not checked.
  public List<CheckResult> checks() {
    return checks;
  }
}
