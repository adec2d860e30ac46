package io.vouchsafe.hypervisor;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;

/// Opens the package-private parser to the fuzz target.
public final class QmpLines {
  private QmpLines() {}

  /// Parses one line.
  public static void parse(Bytes line) throws FormatException {
    Qmp.Message.parse(line);
  }
}
