package io.vouchsafe.rego;

import java.time.InstantSource;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// What an evaluation may use of the world around it. The library has none of these itself.
///
/// @param clock `time.now_ns` (asked once per evaluation) and the bound on time
/// @param random `rand.intn`, `uuid.rfc4122`, signatures that need salt
/// @param environment what `opa.runtime` answers
/// @param printer where `print` writes; texts may quote secrets of the input
public record Capabilities(
    InstantSource clock,
    RandomGenerator random,
    ObjectValue environment,
    Consumer<String> printer) {

  public Capabilities {
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(random, "random");
    Objects.requireNonNull(environment, "environment");
    Objects.requireNonNull(printer, "printer");
  }

  /// Clock and randomness; no environment, and `print` is dropped.
  public static Capabilities of(InstantSource clock, RandomGenerator random) {
    return new Capabilities(clock, random, ObjectValue.EMPTY, _ -> {});
  }
}
