package io.vouchsafe.appraisal;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.Set;

/// The check of evidence that no rule is written for; it never passes.
public enum NoRuleCheck implements Check {
  RULE;

  @Override
  public String id() {
    return "appraisal.rule";
  }

  @Override
  public String title() {
    return "The attestation policy has a rule for this kind of evidence";
  }

  @Override
  public Set<Code> codes() {
    return Set.of(Code.NO_REFERENCE_VALUE);
  }
}
