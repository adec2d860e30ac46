package io.vouchsafe.rego.fuzz;

import io.vouchsafe.rego.Policy;
import io.vouchsafe.rego.RegoException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Fuzzes queries.
public final class QueryFuzzer {
  private QueryFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      Policy.compile(List.of()).query(new String(data, StandardCharsets.UTF_8));
    } catch (RegoException _) {
      // As documented.
    }
  }
}
