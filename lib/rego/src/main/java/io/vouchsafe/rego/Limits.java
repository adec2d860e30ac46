package io.vouchsafe.rego;

import java.time.Duration;

/// Bounds of one evaluation. What reaches one is stopped with its position.
///
/// @param maxSteps steps: one per value that is tried, rule and function that is entered
/// @param maxDepth nesting of rules, functions and comprehensions
/// @param maxCells values and, in groups of eight, characters that are made; in all, not at a time
/// @param maxTime time by the watch of [Capabilities]
public record Limits(long maxSteps, int maxDepth, long maxCells, Duration maxTime) {

  /// For decisions of a server: they take microseconds, so this is far beyond any honest policy.
  public static final Limits DECISION =
      new Limits(5_000_000, 256, 4_000_000, Duration.ofSeconds(2));

  /// For tests and conformance cases.
  public static final Limits GENEROUS =
      new Limits(200_000_000, 512, 200_000_000, Duration.ofSeconds(30));

  public Limits {
    if (maxSteps < 1 || maxDepth < 1 || maxCells < 1 || !maxTime.isPositive()) {
      throw new IllegalArgumentException("bounds must be positive");
    }
  }
}
