package io.vouchsafe.evidence.snp.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.snp.SnpReport;

/// Attestation reports.
public final class SnpReportFuzzer {
  private SnpReportFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      SnpReport.parse(Bytes.of(data));
    } catch (FormatException _) {
      return;
    }
  }
}
