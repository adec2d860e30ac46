package io.vouchsafe.evidence.forms;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.Set;

/// The checks that come before those of a TEE: what is this at all?
public enum FormCheck implements Check {
  FORM("evidence.form", "The bytes are of one known form", Code.MALFORMED, Code.OVERSIZED),
  TEE(
      "evidence.tee",
      "The evidence is of the kind that was named, and there is a verifier for it",
      Code.TEE_MISMATCH,
      Code.UNSUPPORTED_TEE);

  private final String id;
  private final String title;
  private final Set<Code> codes;

  FormCheck(String id, String title, Code... codes) {
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
