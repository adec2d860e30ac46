package io.vouchsafe.evidence.azure.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.azure.RuntimeData;

/// The runtime data of an HCL report.
public final class RuntimeDataFuzzer {
  private RuntimeDataFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      RuntimeData.parse(Bytes.of(data));
    } catch (FormatException _) {
      return;
    }
  }
}
