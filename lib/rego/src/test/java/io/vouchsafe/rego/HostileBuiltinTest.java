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
}
