package io.vouchsafe.appraisal;

import static io.vouchsafe.appraisal.TrustVector.Claim.CONFIGURATION;
import static io.vouchsafe.appraisal.TrustVector.Claim.EXECUTABLES;
import static io.vouchsafe.appraisal.TrustVector.Claim.HARDWARE;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The built-in appraisal of sample evidence, equal in outcome to the reference broker's default
/// policy. What it says is worth nothing, as the evidence is not signed; every result bears the
/// anchor `insecure-sample`.
final class SampleAppraisal {
  private final EvidenceClaims evidence;
  private final ReferenceValues values;
  private final Instant at;
  private final Findings findings;

  private SampleAppraisal(EvidenceClaims evidence, ReferenceValues values, Instant at) {
    this.evidence = evidence;
    this.values = values;
    this.at = at;
    this.findings = new Findings(values, at);
  }

  static Appraisal appraise(EvidenceClaims evidence, ReferenceValues values, Instant at) {
    return new SampleAppraisal(evidence, values, at).run();
  }

  private Appraisal run() {
    boolean launch =
        findings.reference(
            SampleAppraisalCheck.LAUNCH_DIGEST,
            "launch_digest",
            evidence.claim("launch_digest"),
            Code.MEASUREMENT_MISMATCH);
    boolean platform =
        findings.reference(
            SampleAppraisalCheck.SVN, "svn", evidence.claim("svn"), Code.MEASUREMENT_MISMATCH);
    platform &=
        findings.reference(
            SampleAppraisalCheck.MAJOR_VERSION,
            "major_version",
            evidence.claim(List.of("platform_version", "major")),
            Code.MEASUREMENT_MISMATCH);
    platform &= minor(evidence.claim(List.of("platform_version", "minor")));
    Optional<Json> debug = evidence.claim("debug");
    boolean quiet =
        findings.require(
            SampleAppraisalCheck.DEBUG,
            debug.equals(Optional.of(Json.FALSE)),
            Code.MEASUREMENT_MISMATCH,
            "false",
            debug.map(Json::plain).orElse("none"));
    TrustVector vector =
        TrustVector.UNSTATED
            .with(EXECUTABLES, launch ? 3 : NoRuleAppraisal.UNRECOGNISED_EXECUTABLES)
            .with(HARDWARE, platform ? 2 : NoRuleAppraisal.UNRECOGNISED_HARDWARE)
            .with(CONFIGURATION, quiet ? 2 : NoRuleAppraisal.UNKNOWN_CONFIGURATION);
    return new Appraisal(vector, findings.list());
  }

  private boolean minor(Optional<Json> minor) {
    return findings.minimum(
        SampleAppraisalCheck.MINOR_VERSION,
        "minimum_minor_version",
        minor.map(Json::plain).orElse("none"),
        values.bounds("minimum_minor_version", at, LowerBounds.NUMBERS).about(""),
        minor.map(LowerBounds::number).orElse(List.of()),
        Code.MEASUREMENT_MISMATCH);
  }
}
