package io.vouchsafe.verdict;

import java.util.Objects;

/// Why something was refused: enough for an operator to act without reading the code.
///
/// @param check id of the check that failed
/// @param code stable reason
/// @param expected what was wanted
/// @param found what was there; never a secret
/// @param remedy what the reader can do about it
public record Refusal(String check, Code code, String expected, String found, String remedy) {

  public Refusal {
    Objects.requireNonNull(check, "check");
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(expected, "expected");
    Objects.requireNonNull(found, "found");
    Objects.requireNonNull(remedy, "remedy");
  }

  /// A refusal with the remedy that the catalogue has for its code.
  public static Refusal of(Check check, Code code, String expected, String found) {
    return new Refusal(check.id(), code, expected, found, code.remedy());
  }

  /// One line for logs and terminals.
  public String summary() {
    return "%s at %s: expected %s, found %s".formatted(code, check, expected, found);
  }
}
