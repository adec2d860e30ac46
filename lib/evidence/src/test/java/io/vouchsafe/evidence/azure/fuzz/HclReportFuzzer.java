package io.vouchsafe.evidence.azure.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.azure.AkCertificate;
import io.vouchsafe.evidence.azure.HclReport;
import io.vouchsafe.evidence.azure.RuntimeData;

/// What a virtual TPM of Azure keeps in its indices.
public final class HclReportFuzzer {
  private HclReportFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    Bytes input = Bytes.of(data);
    try {
      RuntimeData.parse(HclReport.parse(input).runtimeData());
    } catch (FormatException _) {
      certificate(input);
    }
  }

  private static void certificate(Bytes input) {
    try {
      AkCertificate.ofIndex(input);
    } catch (FormatException _) {
      return;
    }
  }
}
