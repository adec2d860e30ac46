package io.vouchsafe.rego;

import java.time.InstantSource;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// What an evaluation may use of the world around it. The library has none of these itself.
///
/// @param clock `time.now_ns`, asked once per evaluation
/// @param watch nanoseconds since any origin, as of `System.nanoTime`: what the bound on time is
///   measured by. Apart from the clock, so that a decision about a recorded instant is bounded too
/// @param random `rand.intn`, `uuid.rfc4122`, signatures that need salt
/// @param environment what `opa.runtime` answers
/// @param printer where `print` writes; texts may quote secrets of the input
public record Capabilities(
    InstantSource clock,
    LongSupplier watch,
    RandomGenerator random,
    ObjectValue environment,
    Consumer<String> printer) {

  public Capabilities {
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(watch, "watch");
    Objects.requireNonNull(random, "random");
    Objects.requireNonNull(environment, "environment");
    Objects.requireNonNull(printer, "printer");
  }

  /// Clock, watch and randomness; no environment, and `print` is dropped.
  public static Capabilities of(InstantSource clock, LongSupplier watch, RandomGenerator random) {
    return new Capabilities(clock, watch, random, ObjectValue.EMPTY, _ -> {});
  }
}
