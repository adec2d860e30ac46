package io.vouchsafe.trust.core;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.EnumSet;
import java.util.Set;

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

  private final String id;
  private final String title;
  private final Set<Code> codes;

  EnrolmentCheck(String id, String title, Code first, Code... rest) {
    this.id = id;
    this.title = title;
    this.codes = EnumSet.of(first, rest);
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
    return EnumSet.copyOf(codes);
  }
}
