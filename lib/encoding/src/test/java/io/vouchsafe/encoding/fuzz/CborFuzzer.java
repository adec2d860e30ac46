package io.vouchsafe.encoding.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Cbor;
import io.vouchsafe.encoding.CborLimits;
import io.vouchsafe.encoding.FormatException;

/// What parses is written in one form, which parses to the same value.
public final class CborFuzzer {
  private static final CborLimits LIMITS = new CborLimits(1 << 16, 16, 10_000);

  private CborFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    Cbor value;
    try {
      value = Cbor.parse(Bytes.of(data), LIMITS);
    } catch (FormatException _) {
      return;
    }
    Bytes written = value.encode();
    try {
      Cbor again = Cbor.parseDeterministic(written, new CborLimits(1 << 20, 16, LIMITS.maxNodes()));
      if (!again.encode().equals(written)) {
        throw new IllegalStateException("the written form is not stable");
      }
    } catch (FormatException e) {
      throw new IllegalStateException("the written form does not parse", e);
    }
  }
}
