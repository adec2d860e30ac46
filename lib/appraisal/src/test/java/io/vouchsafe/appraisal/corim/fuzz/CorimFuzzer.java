package io.vouchsafe.appraisal.corim.fuzz;

import io.vouchsafe.appraisal.corim.Corim;
import io.vouchsafe.appraisal.corim.CorimValues;
import io.vouchsafe.appraisal.corim.SignedCorim;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;

/// Manifests, signed and not, and what is taken over from them.
public final class CorimFuzzer {
  private CorimFuzzer() {}

  /// @param data a manifest
  public static void fuzzerTestOneInput(byte[] data) {
    take(() -> Corim.parse(Bytes.of(data)));
    take(() -> SignedCorim.parse(Bytes.of(data)).corim());
    take(() -> SignedCorim.parse(Bytes.of(data)).verify(List.of(), Instant.EPOCH));
  }

  @FunctionalInterface
  private interface Source {
    Corim corim() throws FormatException, RefusedException;
  }

  private static void take(Source source) {
    try {
      CorimValues.of(source.corim(), Instant.MAX, "fuzzed");
    } catch (FormatException | RefusedException _) {
      return;
    }
  }
}
