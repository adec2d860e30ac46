package io.vouchsafe.rego.internal;

import io.vouchsafe.rego.Limits;
import io.vouchsafe.rego.RegoException;
import java.time.Instant;
import java.time.InstantSource;

/// What one evaluation may still spend. One thread only.
public final class Budget {
  /// Steps between two looks at the clock.
  private static final int CLOCK_EVERY = 8_192;

  /// Characters that count as one cell.
  private static final int CHARACTERS_PER_CELL = 8;

  private final Limits limits;
  private final InstantSource clock;
  private final Instant end;
  private long steps;
  private long cells;
  private int untilClock = CLOCK_EVERY;

  public Budget(Limits limits, InstantSource clock, Instant start) {
    this.limits = limits;
    this.clock = clock;
    this.end = start.plus(limits.maxTime());
    this.steps = limits.maxSteps();
    this.cells = limits.maxCells();
  }

  public Limits limits() {
    return limits;
  }

  /// Spends one step.
  public void step() {
    if (--steps < 0) {
      throw over("steps", limits.maxSteps());
    }
    if (--untilClock < 0) {
      lookAtClock();
    }
  }

  /// Spends steps, for a loop inside a built-in function: call it before the work is done.
  public void steps(long count) {
    steps -= count;
    if (steps < 0) {
      throw over("steps", limits.maxSteps());
    }
    untilClock -= (int) Math.min(count, CLOCK_EVERY);
    if (untilClock < 0) {
      lookAtClock();
    }
  }

  /// Spends memory for values that are about to be made.
  public void cells(long count) {
    cells -= count;
    if (cells < 0) {
      throw over("memory cells", limits.maxCells());
    }
  }

  /// Spends memory for text that is about to be made.
  public void characters(long count) {
    cells(1 + count / CHARACTERS_PER_CELL);
  }

  private void lookAtClock() {
    untilClock = CLOCK_EVERY;
    if (clock.instant().isAfter(end)) {
      throw new Halt(
          RegoException.Code.LIMIT,
          null,
          "evaluation took longer than " + limits.maxTime(),
          "a policy must decide in time; look for nested loops over large documents");
    }
  }

  private static Halt over(String what, long bound) {
    return new Halt(
        RegoException.Code.LIMIT,
        null,
        "evaluation needs more than " + bound + " " + what,
        "look for nested loops or growing values at this place");
  }
}
