package io.vouchsafe.protocol;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.Set;

/// The steps of opening a sealed reply.
public enum JweCheck implements Check {
  ALGORITHM(
      "jwe.algorithm",
      "the reply is sealed with an algorithm of the key that is held",
      Set.of(Code.UNSUPPORTED_ALGORITHM)),
  OPEN("jwe.open", "the reply opens with the key that is held", Set.of(Code.SEAL_INVALID));

  private final String id;
  private final String title;
  private final Set<Code> codes;

  JweCheck(String id, String title, Set<Code> codes) {
    this.id = id;
    this.title = title;
    this.codes = codes;
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
