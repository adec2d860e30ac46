package io.vouchsafe.evidence.dcap.fuzz;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.dcap.Parsers;

/// An event log of a TDX guest as JSON.
public final class RtmrEventsFuzzer {
  private RtmrEventsFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      Parsers.eventLogJson(data);
    } catch (FormatException _) {
      return;
    }
  }
}
