package io.vouchsafe.measure;

import io.vouchsafe.encoding.Bytes;
import java.util.List;
import java.util.Objects;

/// A predicted measurement.
///
/// @param value what the hardware will report
/// @param parts what was measured, in order
public record Measurement(Bytes value, List<MeasuredPart> parts) {
  public Measurement {
    Objects.requireNonNull(value, "value");
    parts = List.copyOf(parts);
  }
}
