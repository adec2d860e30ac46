package io.vouchsafe.evidence.forms.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.forms.Recogniser;

/// Anything that somebody calls evidence.
public final class RecogniserFuzzer {
  private RecogniserFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      Recogniser.recognise(Bytes.of(data));
    } catch (FormatException _) {
      return;
    }
  }
}
