package io.vouchsafe.evidence;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.internal.VerifierOnly;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.Optional;

/// Takes evidence that proves nothing: anybody can write it. For developing clients only; a server
/// enables it with a flag that says insecure. Claims equal those of the reference broker
/// (specs/kbs-protocol §10.1).
public final class InsecureSampleVerifier implements Verifier {
  private static final String REPORT_DATA = "report_data";

  private final String tee;
  private final String teeClass;

  private InsecureSampleVerifier(String tee, String teeClass) {
    this.tee = tee;
    this.teeClass = teeClass;
  }

  /// For the TEE named `sample`.
  public static InsecureSampleVerifier sample() {
    return new InsecureSampleVerifier("sample", "cpu");
  }

  /// For the device named `sampledevice`.
  public static InsecureSampleVerifier device() {
    return new InsecureSampleVerifier("sampledevice", "gpu");
  }

  @Override
  public String tee() {
    return tee;
  }

  @Override
  public VerifiedEvidence verify(Json evidence, ExpectedBinding binding, Instant at)
      throws RefusedException {
    Checklist checks = new Checklist();
    String svn;
    String reportData;
    try {
      Json.Obj statement = evidence.asObject("evidence");
      svn = statement.string("svn");
      reportData = statement.optionalString(REPORT_DATA).orElse("");
    } catch (FormatException e) {
      throw checks.refuse(SampleCheck.FORMAT, Code.MALFORMED, e.expected(), e.found());
    }
    checks.pass(SampleCheck.FORMAT, "a sample statement", "svn " + svn);
    String expected = binding.reportData().base64();
    if (binding.reportData().isEmpty()) {
      checks.notChecked(SampleCheck.REPORT_DATA, "no report data expected");
    } else {
      checks.require(
          SampleCheck.REPORT_DATA,
          reportData.equals(expected),
          Code.REPORT_DATA_MISMATCH,
          expected,
          reportData);
    }
    Json.Obj claims = claims(svn, expected, binding.initData());
    return new VerifiedEvidence(
        VerifierOnly.INSTANCE, tee, teeClass, Anchor.INSECURE_SAMPLE, claims, checks.results());
  }

  private Json.Obj claims(String svn, String reportData, Optional<Bytes> initData) {
    Json.ObjBuilder claims = Json.object().put("svn", svn).put(REPORT_DATA, reportData);
    if (teeClass.equals("cpu")) {
      claims
          .put("launch_digest", "abcde")
          .put("platform_version", Json.object().put("major", 1).put("minor", 4).build())
          .put("debug", false)
          // Not measured by anything: the reference broker repeats what it computed itself.
          .putIf("init_data", initData.map(digest -> Json.of(digest.base64())));
    }
    return claims.build();
  }
}
