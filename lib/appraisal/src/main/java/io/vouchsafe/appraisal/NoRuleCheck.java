package io.vouchsafe.appraisal;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The check of evidence that no rule is written for; it never passes.
public enum NoRuleCheck implements Check {
  RULE;

  private static final Definition DEFINITION =
      new Definition(
          "appraisal.rule",
          "The attestation policy has a rule for this kind of evidence",
          Code.NO_REFERENCE_VALUE);

  @Override
  public Definition definition() {
    return DEFINITION;
  }
}
