package io.vouchsafe.appraisal;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.Set;

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

  private final String id;
  private final String title;
  private final Set<Code> codes;

  EarCheck(String id, String title, Code... codes) {
    this.id = id;
    this.title = title;
    this.codes = Set.of(codes);
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
