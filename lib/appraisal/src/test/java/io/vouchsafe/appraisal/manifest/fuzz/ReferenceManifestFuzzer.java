package io.vouchsafe.appraisal.manifest.fuzz;

import io.vouchsafe.appraisal.manifest.ConstellationMeasurements;
import io.vouchsafe.appraisal.manifest.ConstellationVariant;
import io.vouchsafe.appraisal.manifest.ContrastManifest;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.time.Instant;
import java.util.Optional;

/// Files of Constellation and Contrast, and the values of them.
public final class ReferenceManifestFuzzer {
  private ReferenceManifestFuzzer() {}

  /// @param data JSON
  public static void fuzzerTestOneInput(byte[] data) {
    Bytes file = Bytes.of(data);
    constellation(file);
    map(file);
    contrast(file);
  }

  private static void constellation(Bytes file) {
    try {
      ConstellationMeasurements.parse(file).values(Optional.empty(), Instant.MAX, "fuzzed");
    } catch (FormatException _) {
      return;
    }
  }

  private static void map(Bytes file) {
    try {
      ConstellationMeasurements.parseMap(file, ConstellationVariant.QEMU_VTPM)
          .values(Optional.empty(), Instant.MAX, "fuzzed");
    } catch (FormatException _) {
      return;
    }
  }

  private static void contrast(Bytes file) {
    try {
      ContrastManifest.parse(file).values(Instant.MAX, "fuzzed");
    } catch (FormatException _) {
      return;
    }
  }
}
