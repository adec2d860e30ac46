package io.vouchsafe.hypervisor.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.hypervisor.QmpLines;

/// Lines of QEMU's control protocol.
public final class QmpMessageFuzzer {
  private QmpMessageFuzzer() {}

  /// One input.
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      QmpLines.parse(Bytes.of(data));
    } catch (FormatException _) {
      return;
    }
  }
}
