package io.vouchsafe.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Runs checks in order and keeps what became of each. The first that fails throws; there is no way
/// to go on after it. Not thread-safe: one list per verification.
public final class Checklist {
  private final List<CheckResult> results = new ArrayList<>();

  /// Records `check` as passed if `holds`, else refuses with `code`.
  ///
  /// @param expected what was wanted
  /// @param found what was there; never a secret
  /// @throws RefusedException if `holds` is false
  public void require(Check check, boolean holds, Code code, String expected, String found)
      throws RefusedException {
    if (!holds) {
      throw refuse(check, code, expected, found);
    }
    results.add(new CheckResult(check.id(), CheckResult.Outcome.PASSED, expected, found));
  }

  /// Records `check` as passed.
  public void pass(Check check, String expected, String found) {
    results.add(new CheckResult(check.id(), CheckResult.Outcome.PASSED, expected, found));
  }

  /// Records `check` as passed although there is a weakness, because the policy allows it.
  ///
  /// @param by the switch of the policy that allows it
  public void allow(Check check, String expected, String found, String by) {
    results.add(
        new CheckResult(check.id(), CheckResult.Outcome.PASSED, expected, found, Optional.of(by)));
  }

  /// Records that nothing was expected, so nothing was compared.
  public void notChecked(Check check, String found) {
    results.add(new CheckResult(check.id(), CheckResult.Outcome.NOT_CHECKED, "", found));
  }

  /// Records `check` as failed and returns the exception for the caller to throw.
  public RefusedException refuse(Check check, Code code, String expected, String found) {
    if (!check.codes().contains(code)) {
      throw new IllegalArgumentException(check.id() + " does not list " + code);
    }
    results.add(new CheckResult(check.id(), CheckResult.Outcome.FAILED, expected, found));
    return new RefusedException(Refusal.of(check, code, expected, found), results);
  }

  /// Takes over the results of a nested verification.
  public void addAll(List<CheckResult> nested) {
    results.addAll(nested);
  }

  /// What ran so far, in order.
  public List<CheckResult> results() {
    return List.copyOf(results);
  }
}
