package io.vouchsafe.evidence.dcap.fuzz;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.dcap.Parsers;

/// Certificates of Intel's hierarchy, PEM or DER.
public final class PckChainFuzzer {
  private PckChainFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      Parsers.certificates(data);
    } catch (FormatException _) {
      return;
    }
  }
}
