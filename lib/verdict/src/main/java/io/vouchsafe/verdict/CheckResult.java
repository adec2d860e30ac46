package io.vouchsafe.verdict;

import java.util.Objects;
import java.util.Optional;

/// What became of one check.
///
/// @param check id of the check, see [Check#id()]
/// @param outcome passed, failed, or not checked
/// @param expected what was wanted, in words or hexadecimal; empty if nothing was
/// @param found what was there; never a secret
/// @param allowedBy the switch of the policy that let a weakness pass, if one did
public record CheckResult(
    String check, Outcome outcome, String expected, String found, Optional<String> allowedBy) {

  /// The three ends of a check. *Not checked* is visible on purpose: no expected value is not the
  /// same as a matching one.
  public enum Outcome {
    PASSED,
    FAILED,
    NOT_CHECKED
  }

  public CheckResult {
    Objects.requireNonNull(check, "check");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(expected, "expected");
    Objects.requireNonNull(found, "found");
    Objects.requireNonNull(allowedBy, "allowedBy");
  }

  /// The result of a check that no switch of a policy had a part in.
  public CheckResult(String check, Outcome outcome, String expected, String found) {
    this(check, outcome, expected, found, Optional.empty());
  }
}
