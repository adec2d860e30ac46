package io.vouchsafe.rego;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Searches cost steps by what they look at; those that are linear cost little.
class SearchCostTest {
  private static final String INPUT =
      "{\"text\": \"%s\", \"part\": \"%s\"}"
          .formatted("a".repeat(200_000), "a".repeat(100_000) + "b");

  private static String evaluate(String expression, long steps) throws Exception {
    return Rego.policy("package t\np := " + expression)
        .query("data.t.p")
        .evaluate(
            Evaluation.of(Rego.json(INPUT), Rego.CAPABILITIES)
                .withLimits(new Limits(steps, 256, 4_000_000, Duration.ofSeconds(30))))
        .value()
        .map(Value::toString)
        .orElse("undefined");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          contains(input.text, input.part) | false
          indexof(input.text, input.part) | -1
          indexof_n(input.text, input.part) | []
          strings.count(input.text, input.part) | 0
          count(split(input.text, input.part)) | 1
          count(replace(input.text, input.part, "")) | 200000
          count(trim(input.text, input.part)) | 0
          count(trim_left(input.part, input.text)) | 1
          """)
  void search_forALongText_isLinear(String expression, String expected) throws Exception {
    assertThat(evaluate(expression, 1_000_000)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "count(strings.replace_n({input.part: \"\"}, input.text))",
        "count(indexof_n(input.text, trim_suffix(input.part, \"b\")))",
        "strings.any_prefix_match([input.text | some _ in numbers.range(1, 2000)],"
            + " [input.part | some _ in numbers.range(1, 2000)])",
      })
  void search_thatLooksAgain_costsWhatItLooksAt(String expression) {
    assertThatThrownBy(() -> evaluate(expression, 1_000_000)).hasMessageContaining("steps");
  }

  @Test
  void globs_ofAnyCharacter_shareIt() throws Exception {
    String dots = "replace(input.text, \"a\", \".\")";
    assertThat(evaluate("regex.globs_match(" + dots + ", \"a\")", 1_000_000)).isEqualTo("false");
    String sets = "replace(substring(input.text, 0, 20000), \"a\", `[\u4e00-\uffff]`)";
    assertThatThrownBy(() -> evaluate("regex.globs_match(" + sets + ", \"a\")", 1_000_000))
        .hasMessageContaining("memory cells");
  }

  @Test
  void call_withLongText_costsItsLength() throws Exception {
    assertThat(evaluate("startswith(input.text, input.part)", 10_000)).isEqualTo("false");
    assertThatThrownBy(() -> evaluate("startswith(input.text, input.part)", 1_000))
        .hasMessageContaining("steps");
  }

  @Test
  void paths_throughALargeNode_costItsEdges() {
    assertThatThrownBy(() ->
            evaluate(
                "graph.reachable_paths(object.union({\"hub\": [sprintf(\"x%d\", [n]) | some n"
                    + " in numbers.range(1, 2000)]}, {k: [\"hub\"] | some n in"
                    + " numbers.range(1, 2000); k := n}), numbers.range(1, 2000))",
                1_000_000))
        .hasMessageContaining("eval_limit_error");
  }
}
