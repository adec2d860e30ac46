package io.vouchsafe.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Values: made, asked and written.
class JsonTest {
  private static Json parse(String text) throws FormatException {
    return Json.parse(text, JsonLimits.MESSAGE);
  }

  @ParameterizedTest
  @CsvSource({
    "9223372036854775807,9223372036854775807",
    "-9223372036854775808,-9223372036854775808",
    "1e3,1000",
    "1.0,1",
    "-0,0",
    "100e-2,1",
    "0.0000000000000000000000000000000000000000000000,0",
  })
  void integer_inRange_isALong(String text, long value) throws FormatException {
    assertThat(parse(text).asInteger("n")).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808",
        "-9223372036854775809",
        "1.5",
        "1e19",
        "1e-1",
        "true",
        "\"1\"",
        "null",
        "[1]"
      })
  void integer_notOne_isRefused(String text) throws FormatException {
    Json value = parse(text);
    assertThatThrownBy(() -> value.asInteger("n")).isInstanceOf(FormatException.class);
  }

  @Test
  void equality_isByValue() throws FormatException {
    assertThat(parse("[1,1.0,1e0,10e-1]").asArray("a")).allMatch(Json.of(1)::equals);
    assertThat(parse("1.0").hashCode()).isEqualTo(parse("1").hashCode());
    assertThat(parse("-0").hashCode()).isEqualTo(parse("0.000").hashCode());
    assertThat(parse("{\"a\":1,\"b\":2}")).isEqualTo(parse("{\"b\":2,\"a\":1}"));
    assertThat(parse("[1,2]")).isNotEqualTo(parse("[2,1]"));
    assertThat(parse("\"1\"")).isNotEqualTo(parse("1"));
  }

  @Test
  void compact_keepsOrderAndNumberText() throws FormatException {
    assertThat(parse(" { \"b\" : 1.50 , \"a\" : [ 1E3 , \"\\u0041\\u0001\\/\" ] } ").compact())
        .isEqualTo("{\"b\":1.50,\"a\":[1E3,\"A\\u0001/\"]}");
  }

  @Test
  void accessors_ofTheRightType_giveTheValue() throws FormatException {
    Json.Obj object =
        parse("{\"s\":\"x\",\"o\":{},\"a\":[1],\"n\":5,\"b\":true,\"z\":null}").asObject("o");
    assertThat(object.string("s")).isEqualTo("x");
    assertThat(object.object("o").members()).isEmpty();
    assertThat(object.array("a")).containsExactly(Json.of(1));
    assertThat(object.integer("n")).isEqualTo(5);
    assertThat(object.bool("b")).isTrue();
    assertThat(object.optionalString("z")).isEmpty();
    assertThat(object.optionalString("none")).isEmpty();
    assertThat(object.get("z")).contains(Json.NULL);
    assertThat(object.present("z")).isEmpty();
    assertThat(object.with("n", Json.of(6)).without("s").compact())
        .isEqualTo("{\"o\":{},\"a\":[1],\"n\":6,\"b\":true,\"z\":null}");
  }

  @Test
  void accessors_ofTheWrongType_refuse() throws FormatException {
    Json.Obj object = parse("{\"s\":\"x\",\"n\":5}").asObject("o");
    assertThatThrownBy(() -> object.object("s")).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> object.array("s")).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> object.integer("s")).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> object.bool("s")).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> object.optionalString("n")).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> Json.parseObject(Bytes.utf8("[]"), JsonLimits.MESSAGE))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void builder_memberTwice_isMisuse() {
    assertThatThrownBy(() -> Json.object().put("a", 1).put("a", 2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void object_thatKeepsItsText_isTheSameObject() {
    Json.Obj object = Json.object().put("b", "é").put("a", 1).build();
    Json.Obj kept = object.keepingText();
    assertThat(kept).isEqualTo(object);
    assertThat(Json.array(kept, kept).compact()).isEqualTo(Json.array(object, object).compact());
    assertThat(kept.canonical()).isEqualTo("{\"a\":1,\"b\":\"é\"}");
    assertThat(kept.with("c", Json.NULL).compact()).isEqualTo("{\"b\":\"é\",\"a\":1,\"c\":null}");
  }

  @Test
  void builder_usedOn_leavesWhatItMadeAlone() {
    Json.ObjBuilder builder = Json.object().put("a", 1);
    Json.Obj first = builder.build();
    Json.Obj second = builder.put("b", 2).build();
    assertThat(first.compact()).isEqualTo("{\"a\":1}");
    assertThat(second.compact()).isEqualTo("{\"a\":1,\"b\":2}");
    assertThatThrownBy(() -> first.members().put("c", Json.NULL))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void builder_makesWhatItWasTold() {
    Json.Obj object =
        Json.object()
            .put("a", "x")
            .put("b", 1)
            .put("c", true)
            .putIf("d", Optional.empty())
            .putIf("e", Optional.of(Json.NULL))
            .put("f", Json.strings(List.of("p")))
            .put("g", Json.object(Map.of("k", Json.of(false))))
            .build();
    assertThat(object.compact())
        .isEqualTo("{\"a\":\"x\",\"b\":1,\"c\":true,\"e\":null,\"f\":[\"p\"],\"g\":{\"k\":false}}");
    assertThat(object.toUtf8()).isEqualTo(object.compact().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void members_cannotBeChanged() throws FormatException {
    Map<String, Json> members = parse("{\"a\":1}").asObject("o").members();
    assertThatThrownBy(() -> members.put("b", Json.NULL))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void number_thatIsNone_cannotBeMade() {
    assertThatThrownBy(() -> new Json.Num("x")).isInstanceOf(NumberFormatException.class);
    assertThat(new Json.Num("1.50").value()).isEqualTo(new BigDecimal("1.50"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\"",
        "\\",
        "\u0000",
        "\u001f",
        "\u0020",
        "\u007f",
        "\u0080",
        "\u0100",
        "\u2022",
        "\ud83d\ude00"
      })
  void compact_longText_isEscapedAsAShortOne(String odd) throws FormatException {
    for (int at : new int[] {0, 1, 63, 200, 399, 400}) {
      String text = "a".repeat(at) + odd + "b".repeat(400 - at);
      String compact = Json.of(text).compact();
      String few = Json.of(odd).compact();
      assertThat(compact)
          .isEqualTo(
              '"'
                  + "a".repeat(at)
                  + few.substring(1, few.length() - 1)
                  + "b".repeat(400 - at)
                  + '"');
      assertThat(Json.parse(compact, JsonLimits.MESSAGE)).isEqualTo(Json.of(text));
    }
  }

  @Test
  void plain_ofText_isItAndOfAllElseTheCompactForm() {
    assertThat(Json.of("a\"b").plain()).isEqualTo("a\"b");
    assertThat(Json.of(7).plain()).isEqualTo("7");
    assertThat(Json.NULL.plain()).isEqualTo("null");
    assertThat(Json.array(Json.of("a")).plain()).isEqualTo("[\"a\"]");
  }
}
