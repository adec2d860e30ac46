package io.vouchsafe.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Feeds a fuzz target with seeded mutations of valid inputs: a small, repeatable dose of fuzzing
/// for every run of the unit tests. The long runs are those of `build/fuzz.sh`.
public final class Mutations {
  private static final int MAX_GROWTH = 64;

  /// A fuzz target: returns, or throws what it should not.
  @FunctionalInterface
  public interface Target {
    void run(byte[] data) throws Exception;
  }

  private Mutations() {}

  /// Runs `target` on every valid input, on each of its prefixes (at most 2,000 of them), and on
  /// `rounds` mutations of it.
  ///
  /// @param seed makes the mutations; the same seed makes the same ones
  public static void feed(Target target, long seed, int rounds, List<byte[]> valid) {
    Random random = new Random(seed);
    for (byte[] input : valid) {
      run(target, input);
      int step = Math.max(1, input.length / 2_000);
      for (int length = 0; length < input.length; length += step) {
        run(target, Arrays.copyOf(input, length));
      }
      for (int i = 0; i < rounds; i++) {
        byte[] mutated = input;
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
          mutated = mutate(random, mutated);
        }
        run(target, mutated);
      }
    }
  }

  private static byte[] mutate(Random random, byte[] input) {
    if (input.length == 0) {
      return new byte[] {(byte) random.nextInt(256)};
    }
    byte[] copy = input.clone();
    int at = random.nextInt(copy.length);
    switch (random.nextInt(5)) {
      case 0 -> copy[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> copy[at] = (byte) random.nextInt(256);
      case 2 -> copy[at] = (byte) (random.nextBoolean() ? 0xff : 0);
      case 3 -> {
        byte[] longer = Arrays.copyOf(copy, copy.length + 1 + random.nextInt(MAX_GROWTH));
        int room = longer.length - copy.length;
        System.arraycopy(copy, at, longer, at + room, copy.length - at);
        copy = longer;
      }
      default -> {
        int gone = 1 + random.nextInt(Math.min(MAX_GROWTH, copy.length - at));
        byte[] shorter = Arrays.copyOf(copy, copy.length - gone);
        System.arraycopy(copy, at + gone, shorter, at, copy.length - at - gone);
        copy = shorter;
      }
    }
    return copy;
  }

  private static void run(Target target, byte[] input) {
    try {
      target.run(input.clone());
    } catch (Throwable e) {
      throw new AssertionError(
          "on " + java.util.HexFormat.of().formatHex(input, 0, Math.min(400, input.length)), e);
    }
  }
}
