package io.vouchsafe.rego.fuzz;

import io.vouchsafe.rego.Capabilities;
import io.vouchsafe.rego.Evaluation;
import io.vouchsafe.rego.Limits;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.Policy;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.Source;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;

/// Fuzzes lexer, parser, compiler and evaluation, in both dialects.
public final class PolicyFuzzer {
  private static final Capabilities CAPABILITIES =
      Capabilities.of(InstantSource.fixed(Instant.EPOCH), System::nanoTime, new Random(1));
  private static final Limits LIMITS = new Limits(20_000, 64, 200_000, Duration.ofSeconds(1));

  private PolicyFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    for (Source.Dialect dialect : Source.Dialect.values()) {
      try {
        Policy.compile(List.of(new Source("fuzz.rego", text, dialect)))
            .query("data")
            .evaluate(
                Evaluation.of(ObjectValue.EMPTY, CAPABILITIES).withLimits(LIMITS).withStrict(true));
      } catch (RegoException _) {
        // As documented.
      }
    }
  }
}
