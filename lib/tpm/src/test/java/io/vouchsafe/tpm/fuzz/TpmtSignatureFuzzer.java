package io.vouchsafe.tpm.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.tpm.TpmtPublic;
import io.vouchsafe.tpm.TpmtSignature;
import java.security.PublicKey;
import java.util.HexFormat;

/// No signature that was not made by the key is one by the key.
public final class TpmtSignatureFuzzer {
  /// The base point of P-256: a key whose private half is known, but not to the fuzzer.
  private static final PublicKey KEY = key();

  private TpmtSignatureFuzzer() {}

  private static PublicKey key() {
    try {
      return TpmtPublic.parse(
              Bytes.of(
                  HexFormat.of()
                      .parseHex(
                          "0023000b00050472000000100018000b00030010"
                              + "00206b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                              + "00204fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")))
          .publicKey();
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      if (TpmtSignature.parse(Bytes.of(data)).isBy(KEY, Bytes.utf8("a message"))) {
        throw new IllegalStateException("forged");
      }
    } catch (FormatException _) {
      return;
    }
  }
}
