package io.vouchsafe.evidence.dcap.fuzz;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.dcap.Parsers;

/// TCB info in its envelope, up to its signature.
public final class TcbInfoFuzzer {
  private TcbInfoFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      Parsers.tcbInfo(data);
    } catch (FormatException _) {
      return;
    }
  }
}
