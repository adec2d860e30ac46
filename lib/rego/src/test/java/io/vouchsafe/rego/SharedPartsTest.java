package io.vouchsafe.rego;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Values that share their parts: small in memory, and endless to whoever looks through them.
class SharedPartsTest {
  /// Rules `NAME0` to `NAMEn`, each twice the one before.
  private static String doubled(String name, int times) {
    StringBuilder rules = new StringBuilder(name + "0 := input.s\n");
    for (int i = 0; i < times; i++) {
      String part = name + i;
      rules.append(name).append(i + 1).append(" := [").append(part).append(", ").append(part);
      rules.append("]\n");
    }
    return rules.toString();
  }

  private static String evaluate(String rules, Limits limits) throws Exception {
    return Rego.policy("package t\n" + rules)
        .query("data.t.p")
        .evaluate(Evaluation.of(Rego.json("{\"s\": \"a\"}"), Rego.CAPABILITIES).withLimits(limits))
        .value()
        .map(Value::toString)
        .orElse("undefined");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p if a60 == b60",
        "p if a60 < b60",
        "p if a60 in {b60}",
        "p := count({a60, b60})",
        "p := sort([a60, b60])",
        "p := {a60: 1}[b60]",
        "p := sprintf(\"%v\", [a60])",
        "p := $\"{a60}\"",
        "p := json.marshal(a60)",
        "p := yaml.marshal({a60: 1})",
        "p := a60",
        "p := json.patch({}, [{\"op\": \"remove\", \"path\": [a60]}])",
        "p if a60 = b60",
        "p if [a60, 1] = [b60, x]",
      })
  void value_ofSharedParts_isNotLookedThrough(String rule) {
    String rules = doubled("a", 60) + doubled("b", 60) + rule;
    assertThatThrownBy(() -> evaluate(rules, Limits.DECISION))
        .isInstanceOf(RegoException.class)
        .hasMessageContaining("eval_limit_error");
  }

  @Test
  void comparison_ofLargeValues_costsStepsByTheirWeight() throws Exception {
    String rules = doubled("a", 12) + doubled("b", 12) + "p if a12 == b12";
    assertThat(evaluate(rules, new Limits(5_000, 256, 100_000, Duration.ofSeconds(30))))
        .isEqualTo("true");
    assertThatThrownBy(() -> evaluate(rules, new Limits(500, 256, 100_000, Duration.ofSeconds(30))))
        .hasMessageContaining("eval_limit_error");
  }

  @Test
  void weight_ofSharedParts_countsEachTime() {
    Value value = StringValue.of("a");
    for (int i = 0; i < 4; i++) {
      value = ArrayValue.of(value, value);
    }
    assertThat(value.weight()).isEqualTo(31);
    for (int i = 0; i < 100; i++) {
      value = SetValue.of(ArrayValue.of(value, value));
    }
    assertThat(value.weight()).isEqualTo(Integer.MAX_VALUE);
    assertThat(value).hasToString("(set)");
  }

  @Test
  void weight_ofText_growsWithItsLength() {
    assertThat(StringValue.of("a".repeat(640)).weight()).isEqualTo(11);
    assertThat(ObjectValue.of(java.util.Map.of(StringValue.of("k"), NumberValue.of(1))).weight())
        .isEqualTo(3);
  }

  /// `Aa` and `BB` have one hash, and so has every text that is put together of them.
  private static List<String> colliding(int bits) {
    List<String> texts = List.of("");
    for (int i = 0; i < bits; i++) {
      List<String> longer = new ArrayList<>();
      for (String text : texts) {
        longer.add(text + "Aa");
        longer.add(text + "BB");
      }
      texts = longer;
    }
    return texts;
  }

  @Test
  void keys_ofOneHash_areFound() throws Exception {
    List<String> keys = colliding(14);
    assertThat(keys.stream().map(String::hashCode).distinct()).hasSize(1);
    StringBuilder text = new StringBuilder("{");
    for (String key : keys) {
      text.append(text.length() == 1 ? "" : ",").append('"').append(key).append("\":1");
    }
    Value value = Value.of(Json.parse(text.append('}').toString(), JsonLimits.DOCUMENT));
    assertThat(value).isInstanceOf(ObjectValue.class);
    ObjectValue object = (ObjectValue) value;
    assertThat(object.size()).isEqualTo(keys.size());
    assertThat(object.get(keys.getLast())).isEqualTo(NumberValue.of(1));
    assertThat(object.get("AaAa")).isNull();
    SetValue set = SetValue.of(keys.stream().map(StringValue::of).toList());
    assertThat(set.size()).isEqualTo(keys.size());
    assertThat(set.contains(StringValue.of(keys.get(77)))).isTrue();
    assertThat(set.contains(StringValue.of("no"))).isFalse();
  }
}
