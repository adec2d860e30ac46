package io.vouchsafe.appraisal;

import java.time.Instant;
import java.util.Objects;
import java.util.function.LongSupplier;

/// The time of a decision: what it takes for now, and how long it may take.
///
/// @param at what is recorded with it. `time.now_ns` of policies says this and reference values end
///   by it, so that a decision can be repeated
/// @param watch nanoseconds since any origin, as of `System.nanoTime`: what stops a policy that
///   takes too long
public record DecisionTime(Instant at, LongSupplier watch) {
  public DecisionTime {
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(watch, "watch");
  }
}
