package io.vouchsafe.trust.collateral;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of a bundle, in the order in which they run.
public enum BundleCheck implements Check {
  FORMAT(
      "collateral.bundle.format",
      "The file is a bundle of collateral, within its bounds",
      Code.MALFORMED,
      Code.OVERSIZED,
      Code.UNSUPPORTED_VERSION),
  SIGNER(
      "collateral.bundle.signer",
      "The bundle is signed by a key that was named",
      Code.BUNDLE_SIGNER_UNTRUSTED),
  SIGNATURE(
      "collateral.bundle.signature",
      "The signature over the bundle verifies",
      Code.SIGNATURE_INVALID),
  CONTENT(
      "collateral.bundle.content",
      "The bundle holds documents, each once",
      Code.MALFORMED,
      Code.OVERSIZED,
      Code.COLLATERAL_DUPLICATE),
  AGE(
      "collateral.bundle.age",
      "The bundle is not older than it may become",
      Code.COLLATERAL_EXPIRED,
      Code.COLLATERAL_NOT_YET_VALID);

  private final Definition definition;

  BundleCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
