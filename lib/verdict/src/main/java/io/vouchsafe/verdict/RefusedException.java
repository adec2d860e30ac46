package io.vouchsafe.verdict;

import java.util.List;
import java.util.Objects;

/// A check failed. Checked on purpose: whoever calls a verifier decides what a refusal means.
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;
  private final transient List<CheckResult> results;

  /// @param refusal why
  /// @param results every check up to and including the one that failed
  public RefusedException(Refusal refusal, List<CheckResult> results) {
    super(Objects.requireNonNull(refusal, "refusal").summary());
    this.refusal = refusal;
    this.results = List.copyOf(results);
  }

  /// A refusal that stands alone, outside a checklist.
  public RefusedException(Refusal refusal) {
    this(
        refusal,
        List.of(
            new CheckResult(
                refusal.check(), CheckResult.Outcome.FAILED, refusal.expected(), refusal.found())));
  }

  /// A refusal by one check, with the remedy of the catalogue.
  public RefusedException(Check check, Code code, String expected, String found) {
    this(Refusal.of(check, code, expected, found));
  }

  public Refusal refusal() {
    return refusal;
  }

  public Code code() {
    return refusal.code();
  }

  /// Every check that ran, in order; the last one failed.
  public List<CheckResult> results() {
    return results;
  }
}
