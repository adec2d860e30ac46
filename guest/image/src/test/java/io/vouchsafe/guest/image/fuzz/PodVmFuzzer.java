package io.vouchsafe.guest.image.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.guest.image.Manifests;

/// `podvm.json`.
public final class PodVmFuzzer {
  private PodVmFuzzer() {}

  /// One input.
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      Manifests.parse(Bytes.of(data));
    } catch (FormatException _) {
      return;
    }
  }
}
