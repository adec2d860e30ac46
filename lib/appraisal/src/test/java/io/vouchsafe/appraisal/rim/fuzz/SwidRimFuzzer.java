package io.vouchsafe.appraisal.rim.fuzz;

import io.vouchsafe.appraisal.rim.SwidRim;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.time.Instant;

/// Manifests in SWID form and the values of them.
public final class SwidRimFuzzer {
  private SwidRimFuzzer() {}

  /// @param data XML
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      SwidRim.parse(Bytes.of(data)).referenceValues(Instant.MAX, "fuzzed");
    } catch (FormatException _) {
      return;
    }
  }
}
