package io.vouchsafe.trust.core;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of enrolment that are not those of the endorsement chain, in order.
public enum EnrolmentCheck implements Check {
  EK_PUBLIC(
      "enrol.ek.public",
      "The endorsement key's public area is well formed",
      Code.MALFORMED,
      Code.OVERSIZED,
      Code.UNSUPPORTED_ALGORITHM),
  AK_PUBLIC(
      "enrol.ak.public",
      "The attestation key's public area is well formed",
      Code.MALFORMED,
      Code.OVERSIZED,
      Code.UNSUPPORTED_ALGORITHM),
  AK_ATTRIBUTES(
      "enrol.ak.attributes",
      "The attestation key is restricted and fixed to its TPM",
      Code.KEY_ATTRIBUTES),
  BINDING(
      "enrol.ak.binding",
      "The attestation key is not bound to another endorsement key",
      Code.AK_BOUND_TO_OTHER_EK),
  PENDING("enrol.pending", "The enrolment is open", Code.SESSION_UNKNOWN, Code.SESSION_EXPIRED),
  SECRET("enrol.secret", "The secret is the one that was wrapped", Code.CREDENTIAL_INVALID),
  ATTEMPTS("enrol.attempts", "The enrolment was not used up", Code.NONCE_CONSUMED);

  private final Definition definition;

  EnrolmentCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
