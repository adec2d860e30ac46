package io.vouchsafe.rego;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HostileBuiltinTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "concat(\"\", [X, X])",
        "sprintf(\"%s%s\", [X, X])",
        "$\"{X}{X}\"",
        "json.marshal([X, X])",
        "base64.encode(concat(\"\", [X, X]))"
      })
  void textThatDoubles_isStopped(String doubled) throws Exception {
    StringBuilder rules = new StringBuilder("s0 := \"abcdefgh\"\n");
    for (int i = 1; i < 45; i++) {
      rules.append("s").append(i).append(" := ").append(doubled.replace("X", "s" + (i - 1)));
      rules.append('\n');
    }
    assertThatThrownBy(() -> Rego.p(rules.append("p := count(s44)").toString(), "{}"))
        .isInstanceOf(RegoException.class)
        .hasMessageContaining("memory cells");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "numbers.range(1, 1000000000)",
        "net.cidr_expand(\"10.0.0.0/8\")",
        "net.cidr_expand(\"::/0\")"
      })
  void hugeRange_isStoppedBeforeItIsMade(String call) {
    assertThatThrownBy(() -> Rego.p("p := count(" + call + ")", "{}"))
        .hasMessageContaining("memory cells");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bits.lsh(1, 1000000000)",
        "to_number(\"1e999999999\")",
        "json.unmarshal(\"1e999999999\")",
        "regex.match(\"((((a{1000}){1000}){1000}){1000})\", \"a\")",
        "regex.match(\"(a{500}){500}\", \"a\")"
      })
  void hugeValue_isUndefined(String call) throws Exception {
    assertThat(Rego.p("p := " + call, "{}")).isEqualTo("undefined");
  }

  @Test
  void pattern_ofOrdinaryRepeats_isTaken() throws Exception {
    assertThat(Rego.p("p := regex.match(`^[a-z]{1,63}(\\.[a-z{}]{1,63}){0,10}$`, \"ab.cd\")", "{}"))
        .isEqualTo("true");
  }

  @Test
  void regex_thatBacktracksElsewhere_isLinear() throws Exception {
    String text = "a".repeat(50_000) + "!";
    assertThat(Rego.p("p := regex.match(`^(a+)+$`, input.t)", "{\"t\":\"" + text + "\"}"))
        .isEqualTo("false");
  }

  @Test
  void regex_ofManyStates_onLongText_isStoppedBeforeItRuns() {
    String text = "a".repeat(200_000);
    assertThatThrownBy(
            () -> Rego.p("p := regex.match(`(a?){1000}(b|a{999})$`, input)", '"' + text + '"'))
        .hasMessageContaining("eval_limit_error")
        .hasMessageContaining("test.rego:2:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "regex.find_n(`a.*z|a`, input, -1)",
        "regex.replace(input, `a.*z|a`, \"b\")",
        "regex.split(`a.*z|a`, input)",
        "regex.find_all_string_submatch_n(`(a.*z)|a`, input, -1)"
      })
  void matchesThatEachLookToTheEnd_areStopped(String call) {
    String text = "a".repeat(200_000);
    assertThatThrownBy(() -> Rego.p("p := count(" + call + ")", '"' + text + '"'))
        .hasMessageContaining("eval_limit_error");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sprintf(\"%2000000000d\", [1])",
        "sprintf(\"%.2000000000f\", [1])",
        "regex.replace(input, `a`, \"$0$0$0$0$0$0$0$0$0$0$0$0$0$0$0$0$0$0$0$0\")",
        "strings.replace_n({\"a\": input}, input)",
        "replace(input, \"a\", input)",
        "split(replace(input, \"a\", input), \"\")",
        "graph.reachable({x: {y | some y in numbers.range(1, 3000)} | some x in numbers.range(1, 3000)}, {1})",
        "numbers.range_step(1, 1000000000, 2)",
        "strings.render_template(input, {})"
      })
  void largeAnswer_endsInTimeWithoutOne(String call) {
    String text = "a".repeat(20_000);
    try {
      String answer = Rego.p("p := count(" + call + ")", '"' + text + '"');
      assertThat(answer.length()).isLessThan(20);
    } catch (Exception e) {
      assertThat(e).isInstanceOf(RegoException.class);
    }
  }

  @Test
  void documentInADocument_thatIsHostile_isUndefined() throws Exception {
    for (String text :
        new String[] {
          "[".repeat(100_000), "{\\\"a\\\": 1, \\\"a\\\": 2}", "1e999999999", "\\ud800", "[1] x"
        }) {
      assertThat(Rego.p("p := json.unmarshal(\"" + text + "\")", "{}")).isEqualTo("undefined");
    }
    String bomb = "a: &a [x, x]\\nb: &b [*a, *a]\\nc: [*b, *b]";
    assertThat(Rego.p("p := yaml.unmarshal(\"" + bomb + "\")", "{}")).isEqualTo("undefined");
  }

  @Test
  void glob_ofManyStars_isLinear() throws Exception {
    String text = "a".repeat(5_000);
    String glob = "*a".repeat(40) + "b";
    assertThat(Rego.p("p := glob.match(\"" + glob + "\", [], input)", '"' + text + '"'))
        .isEqualTo("false");
  }
}
