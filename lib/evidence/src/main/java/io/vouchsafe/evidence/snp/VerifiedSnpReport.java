package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.verdict.CheckResult;
import java.util.List;
import java.util.Optional;

/// A report that is genuine and that the policy takes. Only [SnpReportVerifier] makes it.
public final class VerifiedSnpReport {
  private final SnpReport report;
  private final SnpTcb reportedTcb;
  private final EndorsementChain chain;
  private final Optional<VerifiedSnpReport> migrationAgent;
  private final List<CheckResult> checks;

  VerifiedSnpReport(
      SnpReport report,
      SnpTcb reportedTcb,
      EndorsementChain chain,
      Optional<VerifiedSnpReport> migrationAgent,
      List<CheckResult> checks) {
    this.report = report;
    this.reportedTcb = reportedTcb;
    this.chain = chain;
    this.migrationAgent = migrationAgent;
    this.checks = List.copyOf(checks);
  }

  public SnpReport report() {
    return report;
  }

  /// The TCB that the signing key was derived from, as its certificate says too.
  public SnpTcb reportedTcb() {
    return reportedTcb;
  }

  /// The product line of the processor.
  public SnpProduct product() {
    return chain.product();
  }

  /// The provider that the signing key was given to; empty if it is the chip's own.
  public Optional<String> provider() {
    return chain.vek().provider();
  }

  /// The migration agent that can move the guest, verified as well.
  public Optional<VerifiedSnpReport> migrationAgent() {
    return migrationAgent;
  }

  /// What the root of the endorsements is.
  public Anchor anchor() {
    return chain.anchor();
  }

  /// Every check that ran, in order; all passed or not checked.
  public List<CheckResult> checks() {
    return checks;
  }

  /// The claims of the reference broker (specs/kbs-protocol §10.2), and after them ours.
  public Json.Obj claims() {
    return SnpClaims.of(this);
  }
}
