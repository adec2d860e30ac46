package io.vouchsafe.rego;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValueTest {
  @Test
  void order_ofAllKinds_isNullBooleanNumberStringArrayObjectSet() {
    List<Value> ordered =
        List.of(
            NullValue.NULL,
            BooleanValue.FALSE,
            BooleanValue.TRUE,
            NumberValue.of(-3),
            NumberValue.parse("1.5"),
            NumberValue.of(2),
            NumberValue.parse("1e30"),
            StringValue.of("a"),
            StringValue.of("\uffee"),
            StringValue.of("\ud83d\ude00"),
            ArrayValue.of(NumberValue.of(1)),
            ObjectValue.EMPTY,
            SetValue.EMPTY);
    List<Value> shuffled = new ArrayList<>(ordered);
    Collections.reverse(shuffled);
    Collections.sort(shuffled);
    assertThat(shuffled).isEqualTo(ordered);
  }

  @Test
  void number_writtenDifferently_isTheSame() {
    assertThat(NumberValue.parse("1.0")).isEqualTo(NumberValue.of(1));
    assertThat(NumberValue.parse("1e3")).isEqualTo(NumberValue.of(1000));
    assertThat(NumberValue.of(new BigDecimal("1.50"))).isEqualTo(NumberValue.parse("1.5"));
    assertThat(NumberValue.parse("1.50").hashCode()).isEqualTo(NumberValue.parse("1.5").hashCode());
  }

  @Test
  void arithmetic_beyondLong_isExact() {
    NumberValue max = NumberValue.of(Long.MAX_VALUE);
    assertThat(max.plus(NumberValue.of(1))).hasToString("9223372036854775808");
    assertThat(max.times(max)).hasToString("85070591730234615847396907784232501249");
    assertThat(NumberValue.of(Long.MIN_VALUE).dividedBy(NumberValue.of(-1)))
        .hasToString("9223372036854775808");
    assertThat(NumberValue.of(Long.MIN_VALUE).minus(NumberValue.of(1)))
        .hasToString("-9223372036854775809");
  }

  @Test
  void number_ofHugeExponent_isRefusedWithoutExpanding() {
    assertThatThrownBy(() -> NumberValue.parse("1e999999999"))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> NumberValue.parse("9".repeat(10_000)))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void division_byZero_isRefused() {
    assertThatThrownBy(() -> NumberValue.of(1).dividedBy(NumberValue.of(0)))
        .hasMessageContaining("divide by zero");
  }

  @Test
  void object_ofManyMembers_findsEachAndIteratesInOrder() {
    ObjectValue.Builder builder = new ObjectValue.Builder();
    for (int i = 999; i >= 0; i--) {
      builder.put(NumberValue.of(i), NumberValue.of(i * 2L));
    }
    ObjectValue object = builder.build();
    for (int i = 0; i < 1000; i++) {
      assertThat(object.get(NumberValue.of(i))).isEqualTo(NumberValue.of(i * 2L));
      assertThat(object.keyAt(i)).isEqualTo(NumberValue.of(i));
    }
    assertThat(object.get(NumberValue.of(1000))).isNull();
  }

  @Test
  void set_ofEqualItems_keepsOne() {
    SetValue set = SetValue.of(NumberValue.of(2), NumberValue.parse("2.0"), NumberValue.of(1));
    assertThat(set).hasToString("{1, 2}");
    assertThat(set).isEqualTo(SetValue.of(NumberValue.of(1), NumberValue.of(2)));
  }

  @Test
  void json_throughValues_staysTheSame() throws Exception {
    String text = "{\"a\":[1,2.5,\"x\",null,true],\"b\":{}}";
    Value value = Value.of(Json.parse(text, JsonLimits.MESSAGE));
    assertThat(value.toJson().compact()).isEqualTo(text);
    assertThat(value).hasToString("{\"a\": [1, 2.5, \"x\", null, true], \"b\": {}}");
  }
}
