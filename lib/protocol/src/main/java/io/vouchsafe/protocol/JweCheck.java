package io.vouchsafe.protocol;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The steps of opening a sealed reply.
public enum JweCheck implements Check {
  ALGORITHM(
      "jwe.algorithm",
      "the reply is sealed with an algorithm of the key that is held",
      Code.UNSUPPORTED_ALGORITHM),
  OPEN("jwe.open", "the reply opens with the key that is held", Code.SEAL_INVALID);

  private final Definition definition;

  JweCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
