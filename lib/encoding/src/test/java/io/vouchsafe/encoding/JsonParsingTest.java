package io.vouchsafe.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vouchsafe.verdict.Code;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which texts are JSON, and where those that are not go wrong.
class JsonParsingTest {
  private static Json parse(String text) throws FormatException {
    return Json.parse(text, JsonLimits.MESSAGE);
  }

  private static FormatException refused(String text) {
    FormatException e = catchThrowableOfType(FormatException.class, () -> parse(text));
    assertThat(e).as(text).isNotNull();
    return e;
  }

  private static FormatException refusedBytes(String hex) {
    return catchThrowableOfType(
        FormatException.class, () -> Json.parse(Bytes.fromHex(hex), JsonLimits.MESSAGE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1",
        "-1",
        "1.5",
        "1e3",
        "1E3",
        "1e+3",
        "1e-3",
        "0.0",
        "0e0",
        "123456789012345678901234567890",
        "\"\"",
        "\"a\"",
        "[]",
        "{}",
        " [ ] ",
        "\t\r\n{}\n",
        "[null]",
        "[[[[]]]]",
        "{\"\":0}",
        "{\"a\":{\"a\":{}}}",
        "[1 , 2]",
        "{\"a\" : 1 , \"b\" : 2}",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\\u0000\"",
        "\"\\ud83d\\ude00\"",
        "\"\\uD83D\\uDE00\"",
        "\"\u007f\"",
        "\"\u2028\u2029\"",
        "\"\uffff\"",
        "\"\ufeff\"",
        "{\"a\":1,\"A\":2}",
        "{\"\\n\":1}"
      })
  void text_strict_isRead(String text) throws FormatException {
    Json value = parse(text);
    assertThat(parse(value.compact())).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // structure
        "",
        " ",
        "\n",
        "[",
        "]",
        "{",
        "}",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1,,2]",
        "[1 2]",
        "[1:2]",
        "[\"a\"",
        "[1}",
        "{]",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{,\"a\":1}",
        "{\"a\":1,,\"b\":2}",
        "{\"a\" 1}",
        "{\"a\":1:2}",
        "{\"a\":1 \"b\":2}",
        "{:1}",
        "{a:1}",
        "{'a':1}",
        "{1:1}",
        "{null:1}",
        "{\"a\"}",
        "{\"a\",\"b\"}",
        "{[]:1}",
        "[][]",
        "[]]",
        "{}}",
        "1 2",
        "\"a\" \"b\"",
        "nulltrue",
        "{} x",
        "[]#",
        "[]//",
        ",",
        ":",
        "[1],",
        // literals
        "nul",
        "nulls",
        "True",
        "NULL",
        "TRUE",
        "tru",
        "truth",
        "undefined",
        "NaN",
        "Infinity",
        "-Infinity",
        "+Infinity",
        "INF",
        "None",
        "nan",
        // numbers
        "01",
        "-01",
        "00",
        "-",
        "+1",
        "+0",
        "1.",
        ".1",
        "-.1",
        "1.e1",
        "1e",
        "1e+",
        "1E-",
        "1e1.5",
        "0x10",
        "1_000",
        "1,0",
        "--1",
        "- 1",
        "1f",
        "1L",
        "1e1e1",
        "0b1",
        "\u0661",
        "1\u00a0",
        "-a",
        "1.2.3",
        "1 .5",
        "٣",
        // strings
        "\"",
        "\"a",
        "a\"",
        "'a'",
        "\"\\\"",
        "\"\\x\"",
        "\"\\'\"",
        "\"\\a\"",
        "\"\\0\"",
        "\"\\u\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\U1234\"",
        "\"\\u 123\"",
        "\"\\u-123\"",
        "\"\n\"",
        "\"\t\"",
        "\"\r\"",
        "\"\u0001\"",
        "\"\u001f\"",
        "\"a\\\nb\"",
        "`a`",
        "\"\\\u00e9\"",
        "\"\\u{41}\"",
        "\"\\",
        // surrogates
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\\ud800x\"",
        "\"\\ud800\\n\"",
        "\"\\ud83d\\u0041\"",
        "{\"\\ud800\":1}",
        "[\"\\uDFFF\"]",
        "\"x\\udbff\"",
        // comments and white space
        "/* */1",
        "1/* */",
        "// x\n1",
        "# x\n1",
        "[1,/**/2]",
        "\u00a01",
        "\u20001",
        "\f1",
        "\u000b1",
        "\ufeff1",
        "\u001e1",
        "<!-- -->1"
      })
  void text_notStrict_isMalformed(String text) {
    assertThat(refused(text).code()).isEqualTo(Code.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"b\":2,\"a\":3}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"\":1,\"\":2}",
        "[{\"x\":{\"a\":null,\"a\":null}}]",
        "{\"\\ud83d\\ude00\":1,\"\ud83d\ude00\":2}"
      })
  void member_twice_isMalformed(String text) {
    assertThat(refused(text).found()).containsIgnoringCase("duplicate");
  }

  @ParameterizedTest
  @CsvSource({
    "an overlong slash,22c0af22,1",
    "an overlong NUL,22c08022,1",
    "an encoded surrogate,22eda08022,1",
    "a pair of encoded surrogates,22eda0bdedb88022,1",
    "beyond U+10FFFF,22f490808022,1",
    "a five-byte form,22f88080808022,1",
    "a stray continuation,228022,1",
    "a cut sequence,22e282,1",
    "a cut sequence before the quote,22e28222,3",
    "Latin-1,22e922,1",
    "0xff,22ff22,1",
    "a raw NUL,2200ff22,1",
    "NUL after the text,3100,1",
    "UTF-16 with mark,feff0031,2",
    "UTF-16LE,3100,1",
    "UTF-16LE with mark,fffe3100,3",
    "UTF-32,00000031,0",
    "mark,efbbbf31,0",
    "mark alone,efbbbf,0",
  })
  void bytes_notPlainUtf8_areRefusedAtTheByte(String what, String hex, long offset) {
    FormatException e = refusedBytes(hex);
    assertThat(e).as(what).isNotNull();
    assertThat(e.offset()).as(what).isEqualTo(offset);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1,x]|3",
        "{\"a\":1,}|7",
        "\"ü\\x\"|4",
        "[\"€\",tru]|7",
        "[1] 2|4",
        "{\"ö\":01}|7",
        "[1,2|5",
      })
  void error_offset_countsBytes(String text, long offset) {
    assertThat(refused(text).offset()).isBetween(offset - 1, offset + 3);
  }

  @Test
  void error_offsets_areExactWhereWeFindTheError() {
    assertThat(refused("[\"€\", \"\\ud800\"]").offset()).isEqualTo(8);
    assertThat(refused("[1] 2").offset()).isEqualTo(4);
    assertThat(refused("[\"€\", 1e99999999999]").offset()).isEqualTo(8);
    assertThat(refused("").offset()).isZero();
  }

  @Test
  void error_aboutAValue_hasNoOffset() throws FormatException {
    Json.Obj object = parse("{\"n\":1,\"z\":null}").asObject("o");
    assertThatThrownBy(() -> object.string("n"))
        .hasMessage("expected text as \"n\", found a number");
    assertThatThrownBy(() -> object.string("m")).hasMessage("expected member \"m\", found none");
    assertThatThrownBy(() -> object.string("z")).hasMessage("expected text as \"z\", found null");
  }

  @Test
  void error_quotingInput_isSafeToPrint() {
    FormatException e = refused("{\"\\u001b[31m\\r\":1,\"\\u001b[31m\\r\":2}");
    assertThat(e.getMessage().chars()).noneMatch(Character::isISOControl);
    assertThat(refused("[" + "q".repeat(5_000)).getMessage()).hasSizeLessThan(500);
  }

  @Test
  void nesting_atAndBeyondTheBound() throws FormatException {
    int depth = JsonLimits.MESSAGE.maxDepth();
    assertThat(parse("[".repeat(depth) + "]".repeat(depth))).isInstanceOf(Json.Arr.class);
    assertThat(refused("[".repeat(depth + 1) + "]".repeat(depth + 1)).code())
        .isEqualTo(Code.OVERSIZED);
    assertThat(refused("{\"a\":".repeat(depth + 1) + "1" + "}".repeat(depth + 1)).code())
        .isEqualTo(Code.OVERSIZED);
    assertThat(refused("[".repeat(1_000_000)).code()).isEqualTo(Code.OVERSIZED);
    assertThat(refused("[{\"\":".repeat(50_000)).code()).isEqualTo(Code.OVERSIZED);
  }

  @Test
  void values_beyondTheBound_areOversized() throws FormatException {
    JsonLimits limits = new JsonLimits(1_000, 8, 5, 8);
    assertThat(Json.parse("[1,2,3,4]", limits)).isNotNull();
    for (String text :
        List.of("[1,2,3,4,5]", "{\"a\":1,\"b\":2,\"c\":3}", "123456789", "[0.0000001]")) {
      FormatException e =
          catchThrowableOfType(FormatException.class, () -> Json.parse(text, limits));
      assertThat(e.code()).as(text).isEqualTo(Code.OVERSIZED);
    }
    assertThatThrownBy(() -> Json.parse(" ".repeat(1_001), limits))
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.OVERSIZED));
  }

  @Test
  void memberName_beyondTheBound_isOversized() {
    assertThat(refused("{\"" + "n".repeat(60_000) + "\":1}").code()).isEqualTo(Code.OVERSIZED);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void limits_notPositive_cannotBeMade(int bound) {
    assertThatThrownBy(() -> new JsonLimits(bound, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1e99999999999", "1e2147483649", "1e-2147483649", "0e99999999999999999999"})
  void exponent_beyond32Bits_isMalformed(String text) {
    assertThat(refused(text).code()).isEqualTo(Code.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e999999999",
        "1e-999999999",
        "-1e2147483647",
        "1e2147483648",
        "123456789e2147483000",
        "0e2147483647",
        "0e-2147483647"
      })
  void exponent_huge_costsNothing(String text) {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          Json.Num number = (Json.Num) parse(text);
          assertThat(number.asLong())
              .isEqualTo(text.startsWith("0") ? Optional.of(0L) : Optional.empty());
          assertThat(number.hashCode()).isEqualTo(parse(text).hashCode());
          assertThat(number.equals(parse("1"))).isFalse();
          assertThat(number).isEqualTo(parse(text));
          assertThat(parse(number.compact())).isEqualTo(number);
        });
  }
}
