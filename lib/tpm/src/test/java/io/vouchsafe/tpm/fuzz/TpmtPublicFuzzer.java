package io.vouchsafe.tpm.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.tpm.TpmtPublic;

/// Whatever parses keeps its bytes, has a Name, and has a key or says why not.
public final class TpmtPublicFuzzer {
  private TpmtPublicFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      TpmtPublic area = TpmtPublic.parse(Bytes.of(data));
      if (!area.raw().equals(Bytes.of(data)) || area.name().size() < 22) {
        throw new IllegalStateException("the public area changed");
      }
      area.publicKey();
    } catch (FormatException _) {
      return;
    }
  }
}
