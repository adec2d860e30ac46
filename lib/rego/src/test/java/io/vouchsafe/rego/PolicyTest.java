package io.vouchsafe.rego;

import static io.vouchsafe.rego.Rego.p;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '~',
      textBlock =
          """
          p := input.a.b § {"a":{"b":3}} § 3
          p if input.a == 1 § {"a":1} § true
          p if input.a == 1 § {"a":2} § undefined
          p if not input.a § {} § true
          default p := false § {} § false
          p := [x | some x in input.xs; x > 1] § {"xs":[1,2,3]} § [2, 3]
          p := {x: y | some x, y in input.o} § {"o":{"a":1}} § {"a": 1}
          p := {k | some k, _ in input.o} § {"o":{"b":1,"a":2}} § {"a", "b"}
          p contains x if some x in input.xs § {"xs":[2,1,2]} § {1, 2}
          p[x] := y if some x, y in input.o § {"o":{"a":1,"b":2}} § {"a": 1, "b": 2}
          p if every x in input.xs { x > 0 } § {"xs":[1,2]} § true
          p if every x in input.xs { x > 0 } § {"xs":[1,-2]} § undefined
          p if every x in [] { x > 0 } § {} § true
          p := x if { [x, 1] = input.pair } § {"pair":["a",1]} § "a"
          p := x if { {"k": x} = input.o } § {"o":{"k":7}} § 7
          p := x if { [x, y] = [y, 1] } § {} § 1
          p := x if { x = y; y = 4 } § {} § 4
          p := input.xs[_] § {"xs":[5]} § 5
          p := i if { input.xs[i] == "b" } § {"xs":["a","b"]} § 1
          p := 1 + 2 * 3 - 4 / 2 § {} § 5
          p := 7 % 4 § {} § 3
          p := {1, 2} & {2, 3} § {} § {2}
          p := {1} | {2} § {} § {1, 2}
          p if 2 in input.xs § {"xs":[1,2]} § true
          p if "a", 1 in {"a": 1} § {} § true
          p := $"x={input.a} {1 + 1} {input.none}" § {"a":"v"} § "x=v 2 <undefined>"
          p := y if { y := input.a with input as {"a": 9} } § {} § 9
          p := y if { y := data.q.r with data.q as {"r": 8} } § {} § 8
          p := 1 if { false } else := 2 if { true } § {} § 2
          p := 1 if { false } else := 2 if { false } else := 3 § {} § 3
          """)
  void rule_ofEachKind_evaluates(String rules, String input, String expected) throws Exception {
    assertThat(p(rules, input)).isEqualTo(expected);
  }

  @Test
  void function_withPatternAndElse_evaluates() throws Exception {
    String rules =
        """
        f([x, _]) := x
        f(x) := "text" if x == "t" else := "other" if x == "o"
        g(1) := "one"
        g(2) := "two"
        default h(_) := "none"
        h(x) := "some" if x > 1
        p := [f([3, 4]), f("t"), f("o"), g(2), h(0), h(2)]
        """;
    assertThat(p(rules, "{}")).isEqualTo("[3, \"text\", \"other\", \"two\", \"none\", \"some\"]");
  }

  @Test
  void refHeads_ofSeveralShapes_makeOneDocument() throws Exception {
    String rules =
        """
        p.a.b := 1
        p.c[x] := y if some x, y in {"k": 2}
        p.d contains 3
        """;
    assertThat(p(rules, "{}")).isEqualTo("{\"a\": {\"b\": 1}, \"c\": {\"k\": 2}, \"d\": {3}}");
  }

  @Test
  void bodyOrder_thatIsWrong_isPutRight() throws Exception {
    assertThat(p("p := z if { z > y; z = y + 1; y = input.a }", "{\"a\":1}")).isEqualTo("2");
  }

  @Test
  void oldSyntax_sets_objects_andBodies_evaluate() throws Exception {
    Policy policy =
        Rego.old(
            """
            package t
            s[x] { x = input.xs[_] }
            o[k] = v { v = input.o[k] }
            c { input.a } { input.b }
            p = [s, o, c]
            """);
    assertThat(p(policy, "{\"xs\":[1],\"o\":{\"k\":2},\"b\":true}"))
        .isEqualTo("[{1}, {\"k\": 2}, true]");
  }

  @Test
  void oldSyntax_withImportOfV1_readsV1() throws Exception {
    assertThat(p(Rego.old("package t\nimport rego.v1\np if { true }"), "{}")).isEqualTo("true");
  }

  @Test
  void functions_replacedByWith_areReplacedWithin() throws Exception {
    String rules =
        """
        f(x) := x
        q := f(1)
        p := [q, y] if { y := q with f as 5 }
        """;
    assertThat(p(rules, "{}")).isEqualTo("[1, 5]");
  }

  @Test
  void rules_withTwoValues_conflict() {
    assertThatThrownBy(() -> p("p := 1 if input.a\np := 2 if input.b", "{\"a\":1,\"b\":1}"))
        .isInstanceOf(RegoException.class)
        .hasMessageContaining("test.rego:3")
        .hasMessageContaining("eval_conflict_error")
        .hasMessageContaining("data.t.p produced conflicting values");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          p if { x > 1 } | rego_unsafe_var_error: var x is unsafe | 2:8
          p if { not x } | rego_unsafe_var_error: var x is unsafe | 2:8
          p if { not input.xs[_] == 1 } | rego_unsafe_var_error | 2:8
          p := p | rego_recursion_error: rule data.t.p is recursive | 2:1
          p if q ~q if p | rego_recursion_error | 2:1
          p := nothing(1) | rego_type_error: undefined function nothing | 2:6
          p := plus(1) | rego_type_error: function plus with 1 operands | 2:6
          p if { x := 1; x := 2 } | rego_compile_error: var x declared above | 2:16
          p = { | rego_parse_error | 2:6
          p { true } | rego_parse_error: expected `if` before the body | 2:3
          p := "abc | rego_parse_error: string without its end | 2:6
          p := 01 | rego_parse_error: number with a leading zero | 2:6
          p := 1 if { true; } | rego_parse_error | 2:19
          p := ? | rego_parse_error: illegal character | 2:6
          p := f(1) ~f(x) := x~f(x, y) := 1 | rego_type_error: conflicting rules f | 4:1
          p := 1 + "a" | rego_type_error: plus: operand 2 must be number but is string | 2:10
          p := count(3) | rego_type_error: count: operand 1 must be one of | 2:12
          p := 1~p.q := 2 | rego_type_error: conflicting rules p found | 2:1
          p contains 1~p[x] := 2 if x := 3 | rego_type_error: conflicting rules p found | 2:1
          default p := 1~default p := 2 | rego_type_error: multiple default rules | 3:9
          p if { data.t.q.r with data.t.q.r.s as 1 }~q.r := {} | rego_type_error: with keyword | 2:19
          p := x if { x := 1 with foo as 2 } | rego_unsafe_var_error: var foo | 2:25
          import foo.bar | rego_parse_error: import of neither | 2:8
          import future.keywords.nothing | rego_parse_error: unknown future keyword | 2:8
          """)
  void policy_thatIsWrong_isRefusedWithCodeAndPlace(String rules, String error, String place) {
    String text = "package t\n" + rules.replace("~", "\n");
    assertThatThrownBy(() -> Rego.policy(text))
        .isInstanceOf(RegoException.class)
        .hasMessageContaining(error)
        .hasMessageStartingWith("test.rego:" + place + ":");
  }

  @Test
  void builtin_thatFails_isUndefinedUnlessStrict() throws Exception {
    Query query = Rego.policy("package t\np := 1 / input.a").query("data.t.p");
    Evaluation evaluation = Evaluation.of(Rego.json("{\"a\":0}"), Rego.CAPABILITIES);
    assertThat(query.evaluate(evaluation).value()).isEmpty();
    assertThatThrownBy(() -> query.evaluate(evaluation.withStrict(true)))
        .hasMessageContaining("eval_builtin_error: div: divide by zero")
        .hasMessageContaining("test.rego:2:6");
  }

  @Test
  void query_withVariables_givesAllBindings() throws Exception {
    Query query = Rego.policy("package t\np contains x if some x in [1, 2]").query("data.t.p[x]");
    Answer answer = query.evaluate(Evaluation.of(Rego.CAPABILITIES));
    assertThat(answer.bindings()).extracting(row -> row.get("x")).hasSize(2);
  }

  @Test
  void holds_isTrueForTrueAlone() throws Exception {
    Policy policy = Rego.policy("package t\na := true\nb := false\nc := 1\nd if false");
    Evaluation evaluation = Evaluation.of(Rego.CAPABILITIES);
    assertThat(policy.query("data.t.a").evaluate(evaluation).holds()).isTrue();
    assertThat(policy.query("data.t.b").evaluate(evaluation).holds()).isFalse();
    assertThat(policy.query("data.t.c").evaluate(evaluation).holds()).isFalse();
    assertThat(policy.query("data.t.d").evaluate(evaluation).holds()).isFalse();
    assertThat(policy.query("data.t.none").evaluate(evaluation).holds()).isFalse();
  }

  @Test
  void policy_sharedByThreads_givesEachItsOwnAnswer() throws Exception {
    Query query =
        Rego.policy("package t\np := [y | some x in input.xs; y := x * 2]").query("data.t.p");
    try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
      List<Callable<String>> tasks =
          java.util.stream.IntStream.range(0, 200)
              .<Callable<String>>mapToObj(i ->
                  () ->
                      query
                          .evaluate(
                              Evaluation.of(Rego.json("{\"xs\":[" + i + "]}"), Rego.CAPABILITIES))
                          .value()
                          .orElseThrow()
                          .toString())
              .toList();
      List<Future<String>> answers = pool.invokeAll(tasks);
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get()).isEqualTo("[" + i * 2 + "]");
      }
    }
  }

  @Test
  void print_withUndefinedOperand_printsIt() throws Exception {
    StringBuilder printed = new StringBuilder();
    Capabilities capabilities =
        new Capabilities(
            Rego.CAPABILITIES.clock(),
            Rego.CAPABILITIES.watch(),
            Rego.CAPABILITIES.random(),
            ObjectValue.EMPTY,
            line -> printed.append(line).append('\n'));
    Rego.policy("package t\np if print(\"a\", input.x, [1])")
        .query("data.t.p")
        .evaluate(Evaluation.of(capabilities));
    assertThat(printed).hasToString("a <undefined> [1]\n");
  }

  @Test
  void with_belowAValueThatIsNoObject_replacesIt() throws Exception {
    assertThat(p("p := x if { x := data.a with data.a as [1] with data.a.b as 2 }", "{}"))
        .isEqualTo("{\"b\": 2}");
    assertThat(p("p := x if { x := input.a with input.a.b as 2 }", "{\"a\": 1}"))
        .isEqualTo("{\"b\": 2}");
  }
}
