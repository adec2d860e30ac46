package io.vouchsafe.appraisal.rim;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.EnumSet;
import java.util.Set;

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

  private final String id;
  private final String title;
  private final Set<Code> codes;

  RimCheck(String id, String title, Code first, Code... others) {
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
