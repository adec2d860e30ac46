package io.vouchsafe.evidence.dcap.fuzz;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.dcap.Parsers;

/// What a PCK certificate says about its platform.
public final class PckExtensionFuzzer {
  private PckExtensionFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      Parsers.pckExtension(data);
    } catch (FormatException _) {
      return;
    }
  }
}
