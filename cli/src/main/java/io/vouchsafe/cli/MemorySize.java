package io.vouchsafe.cli;

import java.util.Locale;

/// Sizes of a guest's memory as the command line takes them: a number of MiB, or one with M or G.
final class MemorySize {
  private MemorySize() {}

  /// The size in MiB.
  static int mib(String option) throws Failure {
    String text = option.toUpperCase(Locale.ROOT);
    int unit = text.endsWith("G") ? 1024 : 1;
    String digits =
        text.endsWith("G") || text.endsWith("M") ? text.substring(0, text.length() - 1) : text;
    try {
      return Math.multiplyExact(Integer.parseInt(digits), unit);
    } catch (NumberFormatException | ArithmeticException _) {
      throw new Failure(
          "--memory wants a number of MiB, or a number with M or G, got '" + option + "'");
    }
  }

  /// The size in bytes, of at least one MiB.
  static long bytes(String option) throws Failure {
    int mib = mib(option);
    if (mib < 1) {
      throw new Failure("--memory wants at least 1M, got '" + option + "'");
    }
    return (long) mib << 20;
  }
}
