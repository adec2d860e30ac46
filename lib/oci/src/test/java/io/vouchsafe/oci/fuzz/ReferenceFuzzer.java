package io.vouchsafe.oci.fuzz;

import io.vouchsafe.oci.ImageName;
import io.vouchsafe.oci.ImageReference;
import io.vouchsafe.verdict.RefusedException;
import java.nio.charset.StandardCharsets;

/// References: parsed or refused; what was parsed is written the same way twice.
public final class ReferenceFuzzer {
  private ReferenceFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    try {
      if (ImageReference.parse(text) instanceof ImageReference.Registry(ImageName name)
          && !ImageName.parse(name.toString()).equals(name)) {
        throw new IllegalStateException("not stable: " + name);
      }
    } catch (RefusedException _) {
      // The documented way out.
    }
  }
}
