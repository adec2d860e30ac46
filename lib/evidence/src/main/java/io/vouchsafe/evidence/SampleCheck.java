package io.vouchsafe.evidence;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of sample evidence: none of them proves anything.
public enum SampleCheck implements Check {
  INSECURE(
      "sample.evidence.insecure", "Evidence that proves nothing is wanted", Code.UNSUPPORTED_TEE),
  FORMAT("sample.evidence.format", "The evidence is a sample statement", Code.MALFORMED),
  REPORT_DATA(
      "sample.evidence.report-data",
      "The evidence repeats the digest of the request",
      Code.REPORT_DATA_MISMATCH);

  private final Definition definition;

  SampleCheck(String id, String title, Code code) {
    definition = new Definition(id, title, code);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
