package io.vouchsafe.evidence;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.Set;

/// The checks of sample evidence: none of them proves anything.
public enum SampleCheck implements Check {
  INSECURE(
      "sample.evidence.insecure", "Evidence that proves nothing is wanted", Code.UNSUPPORTED_TEE),
  FORMAT("sample.evidence.format", "The evidence is a sample statement", Code.MALFORMED),
  REPORT_DATA(
      "sample.evidence.report-data",
      "The evidence repeats the digest of the request",
      Code.REPORT_DATA_MISMATCH);

  private final String id;
  private final String title;
  private final Code code;

  SampleCheck(String id, String title, Code code) {
    this.id = id;
    this.title = title;
    this.code = code;
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
    return Set.of(code);
  }
}
