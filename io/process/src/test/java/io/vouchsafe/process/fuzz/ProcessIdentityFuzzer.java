package io.vouchsafe.process.fuzz;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.process.ProcessIdentity;
import java.nio.charset.StandardCharsets;

/// Records of processes: whatever stands in the file, it parses or is refused.
public final class ProcessIdentityFuzzer {
  private ProcessIdentityFuzzer() {}

  /// One input.
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      ProcessIdentity identity =
          ProcessIdentity.parse(new String(data, StandardCharsets.ISO_8859_1));
      if (!ProcessIdentity.parse(identity.encode()).equals(identity)) {
        throw new IllegalStateException("does not round-trip: " + identity);
      }
    } catch (FormatException _) {
      return;
    }
  }
}
