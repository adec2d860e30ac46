package io.vouchsafe.measure.tdx;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.measure.MeasuredPart;
import io.vouchsafe.measure.Measurement;
import io.vouchsafe.tpm.HashAlg;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A register that the guest extends: it starts as zero.
public final class Rtmr {
  static final HashAlg BANK = HashAlg.SHA384;

  private Rtmr() {}

  /// The register after events.
  ///
  /// @param events with the digest of each
  public static Measurement of(List<MeasuredPart> events) {
    Bytes value = Bytes.zeros(BANK.size());
    for (MeasuredPart event : events) {
      value = BANK.extend(value, event.value());
    }
    return new Measurement(value, events);
  }

  /// The digest of an event that measures plain data.
  public static Bytes event(Bytes data) {
    return BANK.digest(data);
  }

  static MeasuredPart action(String text) {
    return new MeasuredPart(text, event(Bytes.of(text.getBytes(StandardCharsets.US_ASCII))));
  }

  static MeasuredPart separator() {
    return new MeasuredPart("separator", event(Bytes.zeros(4)));
  }
}
