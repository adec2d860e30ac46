package io.vouchsafe.appraisal.corim;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.EnumSet;
import java.util.Set;

/// The checks of a signed CoRIM, in order.
public enum CorimCheck implements Check {
  SIGNER(
      "corim.signer", "The signature is by a key that the operator named", Code.SIGNER_UNTRUSTED),
  SIGNATURE_VALIDITY(
      "corim.signature-validity",
      "The signature counts at this time",
      Code.CERT_EXPIRED,
      Code.CERT_NOT_YET_VALID),
  VALIDITY(
      "corim.validity",
      "The manifest counts at this time",
      Code.REFERENCE_VALUE_EXPIRED,
      Code.CERT_NOT_YET_VALID),
  PROFILE(
      "corim.profile", "The signer may speak under the manifest's profile", Code.SIGNER_UNTRUSTED),
  VENDOR(
      "corim.vendor",
      "The signer may speak for each vendor that the manifest has values of",
      Code.SIGNER_UNTRUSTED),
  AGREEMENT(
      "corim.agreement",
      "No two values of the manifest contradict each other",
      Code.POLICY_INVALID);

  private final String id;
  private final String title;
  private final Set<Code> codes;

  CorimCheck(String id, String title, Code first, Code... others) {
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
