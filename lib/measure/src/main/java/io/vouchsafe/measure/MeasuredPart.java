package io.vouchsafe.measure;

import io.vouchsafe.encoding.Bytes;
import java.util.Objects;

/// One part of a measurement, in the order in which it was measured: what it is and what it comes
/// to. For operators who look for the part that differs.
///
/// @param name what was measured
/// @param value its own digest, or the measurement up to and including it, as the maker says
public record MeasuredPart(String name, Bytes value) {
  public MeasuredPart {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(value, "value");
  }
}
