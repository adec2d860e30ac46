package io.vouchsafe.appraisal;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

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

  private final Definition definition;

  RegoCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
