package io.vouchsafe.appraisal.rim;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of a signed SWID manifest, in order.
public enum RimCheck implements Check {
  COVERAGE(
      "rim.signature.coverage",
      "One signature is there, and it covers the whole document",
      Code.SIGNATURE_INVALID,
      Code.SIGNATURE_MISSING),
  CHAIN(
      "rim.chain",
      "The signer's certificates lead to a root that the operator named, and count at this time",
      Code.CHAIN_INVALID,
      Code.CERT_EXPIRED,
      Code.CERT_NOT_YET_VALID),
  SIGNATURE(
      "rim.signature", "The signature verifies with the signer's key", Code.SIGNATURE_INVALID);

  private final Definition definition;

  RimCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
