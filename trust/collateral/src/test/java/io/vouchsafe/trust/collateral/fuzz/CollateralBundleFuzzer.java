package io.vouchsafe.trust.collateral.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.trust.collateral.CollateralBundle;
import io.vouchsafe.trust.collateral.CollateralKey;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;

/// Bundles of collateral and names of documents; `-Djazzer.target` of the fuzzing profile.
public final class CollateralBundleFuzzer {
  private CollateralBundleFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    Bytes input = Bytes.of(data);
    try {
      CollateralBundle.read(input, List.of(), Instant.EPOCH);
      throw new IllegalStateException("nobody is trusted");
    } catch (RefusedException _) {
      // what input without a trusted signature is for
    }
    try {
      String text = input.utf8Lossy();
      if (!CollateralKey.parse(text).text().equals(text)) {
        throw new IllegalStateException("one key has one text");
      }
    } catch (FormatException _) {
      // what malformed input is for
    }
  }
}
