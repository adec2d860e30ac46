package io.vouchsafe.evidence.dcap.fuzz;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.dcap.Parsers;

/// A revocation list.
public final class RevocationListFuzzer {
  private RevocationListFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      Parsers.revocationList(data);
    } catch (FormatException _) {
      return;
    }
  }
}
