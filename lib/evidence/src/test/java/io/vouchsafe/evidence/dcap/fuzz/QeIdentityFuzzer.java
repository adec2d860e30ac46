package io.vouchsafe.evidence.dcap.fuzz;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.dcap.Parsers;

/// A QE identity in its envelope, up to its signature.
public final class QeIdentityFuzzer {
  private QeIdentityFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      Parsers.qeIdentity(data);
    } catch (FormatException _) {
      return;
    }
  }
}
