package io.vouchsafe.appraisal.corim;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of a signed CoRIM, in order.
public enum CorimCheck implements Check {
  SIGNER(
      "corim.signer",
      "The signature is by a key that the operator named",
      Code.REFERENCE_VALUE_SIGNER_UNTRUSTED),
  SIGNATURE_VALIDITY(
      "corim.signature-validity",
      "The signature counts at this time",
      Code.REFERENCE_VALUE_EXPIRED,
      Code.REFERENCE_VALUE_NOT_YET_VALID),
  VALIDITY(
      "corim.validity",
      "The manifest counts at this time",
      Code.REFERENCE_VALUE_EXPIRED,
      Code.REFERENCE_VALUE_NOT_YET_VALID),
  PROFILE(
      "corim.profile",
      "The signer may speak under the manifest's profile",
      Code.REFERENCE_VALUE_SIGNER_UNTRUSTED),
  VENDOR(
      "corim.vendor",
      "The signer may speak for each vendor that the manifest has values of",
      Code.REFERENCE_VALUE_SIGNER_UNTRUSTED),
  AGREEMENT(
      "corim.agreement",
      "No two values of the manifest contradict each other",
      Code.REFERENCE_VALUE_CONTRADICTION);

  private final Definition definition;

  CorimCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
