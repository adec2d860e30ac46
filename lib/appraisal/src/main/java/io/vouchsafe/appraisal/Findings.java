package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.CheckResult.Outcome;
import io.vouchsafe.verdict.Code;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Collects findings. Unlike a verification, an appraisal goes on after a failed check: an operator
/// who changed two things wants to see both. The first failure is the one that counts.
final class Findings {
  private final ReferenceValues values;
  private final Instant at;
  private final List<Finding> list = new ArrayList<>();

  Findings(ReferenceValues values, Instant at) {
    this.values = values;
    this.at = at;
  }

  List<Finding> list() {
    return List.copyOf(list);
  }

  /// Compares a claim with the reference values of `name`.
  boolean reference(Check check, String name, Optional<Json> claim, Code mismatch) {
    String found = claim.map(ReferenceValues::plain).orElse("none");
    if (claim.isEmpty()) {
      return fail(check, mismatch, "a value of " + name, found);
    }
    return switch (values.match(name, claim.get(), at)) {
      case ReferenceValues.Match.Matched(ReferenceValue entry) -> {
        add(check, Outcome.PASSED, Optional.empty(), found, found, Optional.of(entry));
        yield true;
      }
      case ReferenceValues.Match.Expired(ReferenceValue entry) ->
          fail(check, Code.REFERENCE_VALUE_EXPIRED, name + " not past " + entry.expires(), found);
      case ReferenceValues.Match.Different(String known) -> fail(check, mismatch, known, found);
      case ReferenceValues.Match.NoEntry _ ->
          fail(check, Code.NO_REFERENCE_VALUE, "a reference value " + name, found);
    };
  }

  /// Records the outcome of a comparison that needs no reference value.
  boolean require(Check check, boolean holds, Code code, String expected, String found) {
    if (!holds) {
      return fail(check, code, expected, found);
    }
    add(check, Outcome.PASSED, Optional.empty(), expected, found, Optional.empty());
    return true;
  }

  void notChecked(Check check, String found) {
    add(check, Outcome.NOT_CHECKED, Optional.empty(), "", found, Optional.empty());
  }

  boolean fail(Check check, Code code, String expected, String found) {
    if (!check.codes().contains(code)) {
      throw new IllegalArgumentException(check.id() + " does not list " + code);
    }
    add(check, Outcome.FAILED, Optional.of(code), expected, found, Optional.empty());
    return false;
  }

  private void add(
      Check check,
      Outcome outcome,
      Optional<Code> code,
      String expected,
      String found,
      Optional<ReferenceValue> used) {
    list.add(new Finding(new CheckResult(check.id(), outcome, expected, found), code, used));
  }
}
