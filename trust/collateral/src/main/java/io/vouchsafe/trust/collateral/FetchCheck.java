package io.vouchsafe.trust.collateral;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// What is checked of a vendor's answer beside the document itself, whose checks are those of the
/// evidence.
public enum FetchCheck implements Check {
  ANSWER(
      "collateral.fetch.answer",
      "The service answers with a document",
      Code.COLLATERAL_UNAVAILABLE,
      Code.COLLATERAL_UNKNOWN,
      Code.COLLATERAL_INVALID),
  NEWS(
      "collateral.fetch.news",
      "The document is not older than the one that is held",
      Code.COLLATERAL_ROLLBACK);

  private final Definition definition;

  FetchCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
