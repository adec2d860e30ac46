package io.vouchsafe.encoding.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.CborLimits;
import io.vouchsafe.encoding.CoseSign1;
import io.vouchsafe.encoding.FormatException;

/// Takes a message apart as a verifier would, up to the signature.
public final class CoseSign1Fuzzer {
  private CoseSign1Fuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      CoseSign1 message = CoseSign1.parse(Bytes.of(data), CborLimits.MESSAGE);
      message.signed(Bytes.EMPTY, Bytes.EMPTY);
      message.algorithm();
      message.signed(Bytes.EMPTY);
    } catch (FormatException _) {
      return;
    }
  }
}
