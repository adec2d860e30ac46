package io.vouchsafe.tpm.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.tpm.TpmsAttest;

/// Whatever parses keeps its bytes.
public final class TpmsAttestFuzzer {
  private TpmsAttestFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      if (!TpmsAttest.parse(Bytes.of(data)).raw().equals(Bytes.of(data))) {
        throw new IllegalStateException("the attestation changed");
      }
    } catch (FormatException _) {
      return;
    }
  }
}
