package io.vouchsafe.guest.image.fuzz;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.guest.image.RecordingBoot;
import java.nio.charset.StandardCharsets;

/// What a recording boot prints: the machine is not trusted to print what it should.
public final class RecordingBootFuzzer {
  private RecordingBootFuzzer() {}

  /// One input.
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      RecordingBoot boot =
          RecordingBoot.parse(new String(data, StandardCharsets.UTF_8).lines().toList());
      if (!RecordingBoot.parse(boot.encode()).equals(boot)) {
        throw new IllegalStateException("does not round-trip");
      }
    } catch (FormatException _) {
      return;
    }
  }
}
