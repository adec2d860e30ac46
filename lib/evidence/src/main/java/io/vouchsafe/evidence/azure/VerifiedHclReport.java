package io.vouchsafe.evidence.azure;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.verdict.CheckResult;
import java.util.List;

/// An HCL report whose hardware report is genuine and binds its runtime data. It is of any age, and
/// whoever has it need not be the virtual machine that it is of. Only [AzureSnpVerifier] makes it.
public final class VerifiedHclReport {
  private final RuntimeData runtimeData;
  private final Anchor anchor;
  private final Json.Obj claims;
  private final List<CheckResult> checks;

  VerifiedHclReport(
      RuntimeData runtimeData, Anchor anchor, Json.Obj claims, List<CheckResult> checks) {
    this.runtimeData = runtimeData;
    this.anchor = anchor;
    this.claims = claims;
    this.checks = List.copyOf(checks);
  }

  /// Whose virtual TPM it is.
  public RuntimeData runtimeData() {
    return runtimeData;
  }

  /// What the root of the endorsements is.
  public Anchor anchor() {
    return anchor;
  }

  /// As those of evidence, without what only a quote tells.
  public Json.Obj claims() {
    return claims;
  }

  /// Every check that ran, in order; all passed or not checked.
  public List<CheckResult> checks() {
    return checks;
  }
}
