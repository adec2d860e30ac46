package io.vouchsafe.appraisal.statement;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of signed reference values, in the order in which they run.
public enum StatementCheck implements Check {
  FORMAT(
      "statement.format",
      "The file is an envelope with a statement, within its bounds",
      Code.MALFORMED,
      Code.OVERSIZED,
      Code.UNSUPPORTED_VERSION),
  SIGNER(
      "statement.signer",
      "The signature is by a key that the operator named",
      Code.REFERENCE_VALUE_SIGNER_UNTRUSTED),
  SIGNATURE(
      "statement.signature", "The signature covers the payload as it is", Code.SIGNATURE_INVALID),
  CONTENT(
      "statement.content",
      "The payload is a statement about reference values, within its bounds",
      Code.MALFORMED,
      Code.OVERSIZED,
      Code.UNSUPPORTED_VERSION),
  AGREEMENT(
      "statement.agreement",
      "The statement does not contradict itself",
      Code.REFERENCE_VALUE_CONTRADICTION),
  VALIDITY(
      "statement.validity",
      "The statement counts at this time",
      Code.REFERENCE_VALUE_EXPIRED,
      Code.REFERENCE_VALUE_NOT_YET_VALID),
  VERSION(
      "statement.version",
      "No newer one of the same name was taken before",
      Code.REFERENCE_VALUE_ROLLBACK);

  private final Definition definition;

  StatementCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
