package io.vouchsafe.rego;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;

/// Short ways to evaluate in tests.
final class Rego {
  static final Capabilities CAPABILITIES =
      Capabilities.of(
          InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z")),
          System::nanoTime,
          new Random(1));

  private Rego() {}

  static Policy policy(String text) throws RegoException {
    return Policy.compile(List.of(Source.of("test.rego", text)));
  }

  static Policy old(String text) throws RegoException {
    return Policy.compile(List.of(new Source("test.rego", text, Source.Dialect.V0)));
  }

  static Value json(String text) throws Exception {
    return Value.of(Json.parse(text, JsonLimits.DOCUMENT));
  }

  /// The value of `data.t.p` as text, or `undefined`.
  static String p(Policy policy, String input) throws Exception {
    return policy
        .query("data.t.p")
        .evaluate(Evaluation.of(json(input), CAPABILITIES))
        .value()
        .map(Value::toString)
        .orElse("undefined");
  }

  /// As [#p(Policy, String)], for a module's text without its package.
  static String p(String rules, String input) throws Exception {
    return p(policy("package t\n" + rules), input);
  }
}
