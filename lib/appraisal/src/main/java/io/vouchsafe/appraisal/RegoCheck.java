package io.vouchsafe.appraisal;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.EnumSet;
import java.util.Set;

/// The checks of policies in Rego.
public enum RegoCheck implements Check {
  CLAIMS(
      "appraisal.rego.trust-claims",
      "The attestation policy gives a trust vector of affirming claims",
      Code.POLICY_DENIED,
      Code.POLICY_INVALID),
  ALLOW(
      "release.rego.allow",
      "The rule data.policy.allow of the release policy is true",
      Code.POLICY_DENIED,
      Code.POLICY_INVALID);

  private final String id;
  private final String title;
  private final Set<Code> codes;

  RegoCheck(String id, String title, Code first, Code... others) {
    this.id = id;
    this.title = title;
    this.codes = EnumSet.of(first, others);
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public Set<Code> codes() {
    return codes;
  }
}
