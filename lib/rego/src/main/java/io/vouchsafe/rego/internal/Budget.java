package io.vouchsafe.rego.internal;

import io.vouchsafe.rego.BooleanValue;
import io.vouchsafe.rego.Limits;
import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// What one evaluation may still spend. One thread only.
public final class Budget {
  /// Steps between two looks at the watch.
  private static final int WATCH_EVERY = 8_192;

  /// Characters that count as one cell.
  private static final int CHARACTERS_PER_CELL = 8;

  /// Values that are compared in a step.
  private static final int WEIGHT_PER_STEP = 8;

  /// Length of a text that costs nothing to compare.
  private static final int LIGHT = 448;

  /// Weight of one value, in multiples of the cells of an evaluation: parts may occur often.
  private static final int WEIGHTS_PER_CELL = 4;

  private final Limits limits;
  private final LongSupplier watch;
  private final long start;
  private final long maxNanos;
  private final long maxWeight;
  private long steps;
  private long cells;
  private int untilWatch = WATCH_EVERY;

  /// @param watch nanoseconds; the time runs from now on
  public Budget(Limits limits, LongSupplier watch) {
    this.limits = limits;
    this.watch = watch;
    this.start = watch.getAsLong();
    this.maxNanos = TimeUnit.NANOSECONDS.convert(limits.maxTime());
    this.steps = limits.maxSteps();
    this.cells = limits.maxCells();
    this.maxWeight = Math.min(limits.maxCells(), Integer.MAX_VALUE / 8) * WEIGHTS_PER_CELL;
  }

  public Limits limits() {
    return limits;
  }

  /// Spends one step.
  public void step() {
    if (--steps < 0) {
      throw over("steps", limits.maxSteps());
    }
    if (--untilWatch < 0) {
      lookAtWatch();
    }
  }

  /// Spends steps, for a loop inside a built-in function: call it before the work is done.
  public void steps(long count) {
    steps -= count;
    if (steps < 0) {
      throw over("steps", limits.maxSteps());
    }
    untilWatch -= (int) Math.min(count, WATCH_EVERY);
    if (untilWatch < 0) {
      lookAtWatch();
    }
  }

  /// Most values are: they are told apart by their class, without a call.
  private static boolean isLight(Value value) {
    return value instanceof StringValue text
        ? text.text().length() < LIGHT
        : value instanceof NumberValue || value instanceof BooleanValue;
  }

  /// Spends steps for a comparison: of values that share parts, each part is looked at as often as
  /// it occurs.
  public void compare(Value a, Value b) {
    if (a != b && !isLight(a) && !isLight(b)) {
      weigh(Math.min(a.weight(), b.weight()));
    }
  }

  /// Spends steps for a value that others are compared with, such as a key.
  public void weigh(Value value) {
    if (!isLight(value)) {
      weigh(value.weight());
    }
  }

  private void weigh(int weight) {
    if (weight >= WEIGHT_PER_STEP) {
      steps(weight / WEIGHT_PER_STEP);
    }
  }

  /// Checks a value that was put together of others: a few that share their parts can be billions
  /// to whoever looks through them.
  public Value whole(Value value) {
    if (!isLight(value) && value.weight() > maxWeight) {
      throw over("values in one", maxWeight);
    }
    return value;
  }

  /// The text of a value, which is spent before it is made.
  public String text(Value value) {
    cells(value.weight());
    StringBuilder text = new StringBuilder();
    value.write(text);
    characters(text.length());
    return text.toString();
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

  private void lookAtWatch() {
    untilWatch = WATCH_EVERY;
    // The difference: a watch may begin anywhere, and overflow.
    if (watch.getAsLong() - start > maxNanos) {
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
