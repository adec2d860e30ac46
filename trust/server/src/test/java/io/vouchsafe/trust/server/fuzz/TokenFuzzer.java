package io.vouchsafe.trust.server.fuzz;

import io.vouchsafe.trust.server.FuzzTargets;
import java.nio.charset.StandardCharsets;

/// Tokens, paths, queries and messages of administrators.
public final class TokenFuzzer {
  private TokenFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzTargets.wire(new String(data, StandardCharsets.UTF_8));
  }
}
