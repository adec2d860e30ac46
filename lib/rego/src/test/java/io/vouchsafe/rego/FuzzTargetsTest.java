package io.vouchsafe.rego;

import io.vouchsafe.rego.fuzz.PolicyFuzzer;
import io.vouchsafe.rego.fuzz.QueryFuzzer;
import io.vouchsafe.testkit.Mutations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class FuzzTargetsTest {
  private static final String SEED =
      """
      package a.b
      import rego.v1
      import data.x as y
      default allow := false
      allow if { some k, v in input.xs; v > 1; not data.a.b.q[k] } else := 2
      q contains x if { x := {"a": [1, 2.5e3], "b": {y | y = [1][_]}}; walk(x, [p, _]) }
      f(x, [a, _]) := $"v {x} {a}" if every i in x { i != "s" }
      p[x].y := z if { {"k": z, "l": x} = input with input as {"k": 1, "l": 2} }
      r := (1 + 2 * 3 - 4) / 5 % 6 | {1} & {2}
      """;

  @Test
  void targets_onMutatedPolicies_throwOnlyWhatTheyDocument() {
    Mutations.feed(PolicyFuzzer::fuzzerTestOneInput, 1, 600, List.of(bytes(SEED)));
    String query = "x = data.a[y]; y > 1; [z | z = input.q[_]]";
    Mutations.feed(QueryFuzzer::fuzzerTestOneInput, 2, 400, List.of(bytes(query)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
