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
import java.util.stream.Collectors;

/// Collects findings. Unlike a verification, an appraisal goes on after a failed check: an operator
/// who changed two things wants to see both. The first failure is the one that counts.
final class Findings {
  /// How what is expected begins where nothing is registered; its name follows.
  static final String MISSING = "a reference value ";

  private static final int SHOWN = 3;

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
    String found = claim.map(Json::plain).orElse("none");
    if (claim.isEmpty()) {
      return fail(check, mismatch, "a value of " + name, found, nearest(name));
    }
    return switch (values.match(name, claim.get(), at)) {
      case ReferenceValues.Match.Matched(ReferenceValue entry) -> {
        pass(check, found, found, Optional.of(entry));
        yield true;
      }
      case ReferenceValues.Match.Expired(ReferenceValue entry) ->
          fail(
              check,
              Code.REFERENCE_VALUE_EXPIRED,
              name + " not past " + entry.expires(),
              found,
              List.of(new Finding.Compared(name, List.of(entry))));
      case ReferenceValues.Match.Different(String known) ->
          fail(check, mismatch, known, found, nearest(name));
      case ReferenceValues.Match.NoEntry _ ->
          fail(check, Code.NO_REFERENCE_VALUE, MISSING + name, found, nearest(name));
    };
  }

  /// What a reader wants to see beside a value that did not match.
  private List<Finding.Compared> nearest(String name) {
    return List.of(new Finding.Compared(name, values.nearest(name, at, SHOWN)));
  }

  /// Looks for a reference value of `name` that is a lower bound and is reached.
  ///
  /// @param found what it is compared with, in words
  /// @param bounds those that are about this evidence
  /// @param parts what it is compared with; none if the evidence lacks some of it
  boolean minimum(
      Check check,
      String name,
      String found,
      LowerBounds.Group bounds,
      List<Long> parts,
      Code below) {
    if (bounds.isEmpty()) {
      // What follows the name says for which product.
      String plain = name.split(" ", 2)[0];
      return fail(check, Code.NO_REFERENCE_VALUE, MISSING + name, found, nearest(plain));
    }
    Optional<ReferenceValue> reached = bounds.reached(parts);
    if (reached.isPresent()) {
      pass(check, atLeast(List.of(reached.get())), found, reached);
      return true;
    }
    List<ReferenceValue> shown = bounds.lowest(SHOWN);
    return fail(check, below, atLeast(shown), found, List.of(new Finding.Compared(name, shown)));
  }

  private static String atLeast(List<ReferenceValue> bounds) {
    return "at least "
        + bounds.stream().map(bound -> bound.value().plain()).collect(Collectors.joining(" or "));
  }

  /// Compares a register with the reference values of `name`. One that nothing was extended into
  /// needs none.
  boolean register(Check check, String name, Optional<Json> claim, Code mismatch) {
    boolean untouched =
        claim.isPresent()
            && claim.get() instanceof Json.Str(String hex)
            && isZero(hex)
            && !values.knows(name, at);
    return untouched
        ? require(check, true, mismatch, "nothing extended", "nothing extended")
        : reference(check, name, claim, mismatch);
  }

  /// The init-data that a TEE's configuration field holds: what was sent, and none else. A field of
  /// zeros holds none.
  boolean initData(Check check, EvidenceClaims evidence) {
    String field = evidence.text("init_data").orElse("");
    if (evidence.initData().isPresent()) {
      String digest = evidence.initData().get().digest();
      return require(check, true, Code.INIT_DATA_UNEXPECTED, digest, digest);
    }
    return require(
        check,
        isZero(field),
        Code.INIT_DATA_UNEXPECTED,
        "no init-data, as none was sent",
        isZero(field) ? "no init-data, as none was sent" : field);
  }

  private static boolean isZero(String hex) {
    return !hex.isEmpty() && hex.chars().allMatch(digit -> digit == '0');
  }

  /// Records the outcome of a comparison that needs no reference value.
  boolean require(Check check, boolean holds, Code code, String expected, String found) {
    if (!holds) {
      return fail(check, code, expected, found);
    }
    pass(check, expected, found, Optional.empty());
    return true;
  }

  void notChecked(Check check, String found) {
    CheckResult result = new CheckResult(check.id(), Outcome.NOT_CHECKED, "", found);
    list.add(new Finding(result, Optional.empty(), Optional.empty(), List.of()));
  }

  boolean fail(Check check, Code code, String expected, String found) {
    return fail(check, code, expected, found, List.of());
  }

  boolean fail(
      Check check, Code code, String expected, String found, List<Finding.Compared> compared) {
    if (!check.codes().contains(code)) {
      throw new IllegalArgumentException(check.id() + " does not list " + code);
    }
    CheckResult result = new CheckResult(check.id(), Outcome.FAILED, expected, found);
    list.add(new Finding(result, Optional.of(code), Optional.empty(), compared));
    return false;
  }

  /// Records what a policy said that looked up values by itself.
  void pass(Check check, String found, List<Finding.Compared> lookedUp) {
    CheckResult result = new CheckResult(check.id(), Outcome.PASSED, found, found);
    list.add(new Finding(result, Optional.empty(), Optional.empty(), lookedUp));
  }

  private void pass(Check check, String expected, String found, Optional<ReferenceValue> used) {
    CheckResult result = new CheckResult(check.id(), Outcome.PASSED, expected, found);
    list.add(new Finding(result, Optional.empty(), used, List.of()));
  }
}
