package io.vouchsafe.evidence.forms;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks that come before those of a TEE: what is this at all?
public enum FormCheck implements Check {
  FORM("evidence.form", "The bytes are of one known form", Code.MALFORMED, Code.OVERSIZED),
  TEE(
      "evidence.tee",
      "The evidence is of the kind that was named, and there is a verifier for it",
      Code.TEE_MISMATCH,
      Code.UNSUPPORTED_TEE);

  private final Definition definition;

  FormCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
