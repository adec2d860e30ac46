package io.vouchsafe.appraisal;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of an EAR token, in order.
public enum EarCheck implements Check {
  FORM(
      "ear.form",
      "The token is a compact JWS with a JSON header and claim set",
      Code.TOKEN_INVALID),
  ALGORITHM("ear.algorithm", "The header's algorithm is ES256", Code.TOKEN_INVALID),
  SIGNATURE("ear.signature", "The signature verifies with the issuer's key", Code.TOKEN_INVALID),
  CLAIMS(
      "ear.claims", "The claim set has what an attestation result must have", Code.TOKEN_INVALID),
  EXPIRY(
      "ear.expiry",
      "The token is not past its end, nor before its begin",
      Code.TOKEN_EXPIRED,
      Code.TOKEN_INVALID);

  private final Definition definition;

  EarCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
