package io.vouchsafe.cli;

import java.time.Duration;

/// Times in options.
final class Durations {
  private Durations() {}

  /// A number with a unit: `30s`, `2m`, `12h`, `30d`.
  static Duration parse(String option, String text) throws Failure {
    if (!text.matches("[0-9]{1,6}[smhd]")) {
      throw new Failure(option + " wants a time as 30s, 2m, 12h or 30d, got '" + text + "'");
    }
    long number = Long.parseLong(text.substring(0, text.length() - 1));
    return switch (text.charAt(text.length() - 1)) {
      case 's' -> Duration.ofSeconds(number);
      case 'm' -> Duration.ofMinutes(number);
      case 'h' -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }
}
