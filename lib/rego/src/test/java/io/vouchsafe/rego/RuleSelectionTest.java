package io.vouchsafe.rego;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Rules are found by what they compare, and calls with constants are made once: neither may change
/// an answer.
class RuleSelectionTest {
  private static final String KINDS =
      """
      p := 1 if input.kind == "a"
      p := 2 if input.kind == "b"
      p := 3 if "c" == input.kind
      p := 4 if { input.kind == "d"; input.extra }
      p := 5 if input.other
      """;

  @Test
  void rulesOfOneKind_giveTheValueOfTheirKind() throws Exception {
    assertThat(Rego.p(KINDS, "{\"kind\": \"a\"}")).isEqualTo("1");
    assertThat(Rego.p(KINDS, "{\"kind\": \"b\"}")).isEqualTo("2");
    assertThat(Rego.p(KINDS, "{\"kind\": \"c\"}")).isEqualTo("3");
    assertThat(Rego.p(KINDS, "{\"kind\": \"d\", \"extra\": 1}")).isEqualTo("4");
  }

  @Test
  void rulesOfOtherKinds_areUndefined() throws Exception {
    assertThat(Rego.p(KINDS, "{\"kind\": \"d\"}")).isEqualTo("undefined");
    assertThat(Rego.p(KINDS, "{\"kind\": \"e\"}")).isEqualTo("undefined");
    assertThat(Rego.p(KINDS, "{\"kind\": 1}")).isEqualTo("undefined");
    assertThat(Rego.p(KINDS, "{}")).isEqualTo("undefined");
    assertThat(Rego.p(KINDS, "[]")).isEqualTo("undefined");
  }

  @Test
  void ruleThatDoesNotCompare_isTriedToo() throws Exception {
    assertThat(Rego.p(KINDS, "{\"other\": true}")).isEqualTo("5");
    assertThatThrownBy(() -> Rego.p(KINDS, "{\"kind\": \"a\", \"other\": true}"))
        .hasMessageContaining("eval_conflict_error");
  }

  @Test
  void numbersWrittenDifferently_areTheSameKind() throws Exception {
    String rules =
        "p := \"one\" if input == 1.0\np := \"two\" if input == 2\np := \"three\" if input == 3";
    assertThat(Rego.p(rules, "1")).isEqualTo("\"one\"");
    assertThat(Rego.p(rules, "2.0")).isEqualTo("\"two\"");
  }

  @Test
  void elseOfARuleOfAnotherKind_isTried() throws Exception {
    String rules =
        """
        p := 1 if { input.kind == "a" } else := 9
        p := 2 if { input.kind == "b"; false }
        p := 3 if { input.kind == "c"; false }
        p := 4 if { input.kind == "d"; false }
        """;
    assertThat(Rego.p(rules, "{\"kind\": \"c\"}")).isEqualTo("9");
  }

  @Test
  void functions_areFoundByTheirOperands() throws Exception {
    String rules =
        """
        f("a", _) := 1
        f("b", y) := y
        f(x, 3) := 7 if x == "c"
        f({"k": 1}, _) := 8
        p := [f("a", 0), f("b", 5), f("c", 3), f({"k": 1}, 0)]
        q := f("c", 4)
        """;
    assertThat(Rego.p(rules, "{}")).isEqualTo("[1, 5, 7, 8]");
    assertThat(Rego.p(rules + "r if f(\"d\", 1)\n", "{}")).isEqualTo("[1, 5, 7, 8]");
    assertThat(Rego.p(rules.replace("p :=", "o :=") + "p if q", "{}")).isEqualTo("undefined");
  }

  @Test
  void partialRules_areFoundByTheInput() throws Exception {
    String rules =
        """
        p contains "a" if input.x == 1
        p contains "b" if input.x == 1
        p contains "c" if input.x == 2
        p contains "d"
        """;
    assertThat(Rego.p(rules, "{\"x\": 1}")).isEqualTo("{\"a\", \"b\", \"d\"}");
    assertThat(Rego.p(rules, "{\"x\": 3}")).isEqualTo("{\"d\"}");
  }

  @Test
  void anotherInput_isLookedAt() throws Exception {
    String rules = KINDS.replace("p :=", "k :=") + "p := x if { x := k with input.kind as \"b\" }";
    assertThat(Rego.p(rules, "{\"kind\": \"a\"}")).isEqualTo("2");
    String inner =
        """
        p := 1 if { input.kind == "b" with input as {"kind": "b"} }
        q := 2 if input.kind == "b"
        """;
    assertThat(Rego.p(inner, "{\"kind\": \"a\"}")).isEqualTo("1");
  }

  @Test
  void callWithConstants_isMadeOncePerEvaluation() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    HostFunction count = _ -> Optional.of(NumberValue.of(calls.incrementAndGet()));
    Policy policy =
        Policy.compile(
            java.util.List.of(
                Source.of("test.rego", "package t\np := [c | some _ in [1, 2, 3]; c := f(\"x\")]")),
            Map.of("f", 1));
    Query query = policy.query("data.t.p");
    Evaluation evaluation = Evaluation.of(Rego.CAPABILITIES).withHost(Map.of("f", count));
    assertThat(query.evaluate(evaluation).value()).hasToString("Optional[[1, 1, 1]]");
    assertThat(query.evaluate(evaluation).value()).hasToString("Optional[[2, 2, 2]]");
  }

  @Test
  void callWithConstants_thatReadsTheInput_seesAnotherInput() throws Exception {
    String rules =
        """
        f(x) := input.n + x
        p := [f(1), y] if { y := f(1) with input.n as 10 }
        """;
    assertThat(Rego.p(rules, "{\"n\": 1}")).isEqualTo("[2, 11]");
    assertThat(Rego.p("f(x) := 1 / x\np := [1 | f(0)]", "{}")).isEqualTo("[]");
  }

  @Test
  void membershipInALargeArray_askedOftenIsTheSame() throws Exception {
    String rules =
        """
        xs := array.concat(numbers.range(1, 500), ["a", 7, 7.0])
        p := [y | some y in [1, 500, 501, "a", "b", 7, 1.0, [1]]; y in xs]
        """;
    assertThat(Rego.p(rules, "{}")).isEqualTo("[1, 500, \"a\", 7, 1]");
  }
}
