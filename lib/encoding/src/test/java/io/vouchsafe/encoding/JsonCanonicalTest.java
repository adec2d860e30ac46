package io.vouchsafe.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 8785. The doubles are those of its appendix B, given by their bits there.
class JsonCanonicalTest {
  private static String canonical(String text) throws FormatException {
    return Json.parse(text, JsonLimits.MESSAGE).canonical();
  }

  @ParameterizedTest
  @CsvSource({
    "0000000000000000,0",
    "8000000000000000,0",
    "0000000000000001,5e-324",
    "8000000000000001,-5e-324",
    "7fefffffffffffff,1.7976931348623157e+308",
    "ffefffffffffffff,-1.7976931348623157e+308",
    "4340000000000000,9007199254740992",
    "c340000000000000,-9007199254740992",
    "4430000000000000,295147905179352830000",
    "44b52d02c7e14af5,9.999999999999997e+22",
    "44b52d02c7e14af6,1e+23",
    "44b52d02c7e14af7,1.0000000000000001e+23",
    "444b1ae4d6e2ef4e,999999999999999700000",
    "444b1ae4d6e2ef4f,999999999999999900000",
    "444b1ae4d6e2ef50,1e+21",
    "3eb0c6f7a0b5ed8c,9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d,0.000001",
    "41b3de4355555553,333333333.3333332",
    "41b3de4355555554,333333333.33333325",
    "41b3de4355555555,333333333.3333333",
    "41b3de4355555556,333333333.3333334",
    "41b3de4355555557,333333333.33333343",
    "becbf647612f3696,-0.0000033333333333333333",
    "43143ff3c1cb0959,1424953923781206.2",
  })
  void number_ofTheRfc_isWrittenAsThere(String bits, String text) throws FormatException {
    double value = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));
    assertThat(canonical(Double.toString(value))).isEqualTo(text);
    assertThat(canonical(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "1E30,1e+30",
    "4.50,4.5",
    "2e-3,0.002",
    "1e-27,1e-27",
    "1e-7,1e-7",
    "123e-8,0.00000123",
    "1e20,100000000000000000000",
    "100,100",
    "1.0,1",
    "-1.50,-1.5",
    "9007199254740993,9007199254740992",
    "1e-400,0",
    "2e-323,2e-323",
    "9e-324,1e-323",
    "1.5e-323,1.5e-323",
    "0.1,0.1",
    "0.30000000000000004,0.30000000000000004"
  })
  void number_inAnotherForm_isWrittenAsEcmaScript(String text, String expected)
      throws FormatException {
    assertThat(canonical(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1e309,1e+309",
    "-1e309,-1e+309",
    "10e308,1e+309",
    "1.80e308,1.8e+308",
    "1e999999999,1e+999999999",
    "12e2147483647,1.2e+2147483648",
    "1000e2147483647,1e+2147483650"
  })
  void number_withoutFiniteDouble_keepsItsDigits(String text, String expected)
      throws FormatException {
    assertThat(canonical(text)).isEqualTo(expected);
  }

  @Test
  void number_anyDouble_readsBackAsItself() throws FormatException {
    Random random = new Random(8785);
    for (int i = 0; i < 20_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (!Double.isFinite(value) || value == 0) {
        continue;
      }
      String text = canonical(Double.toString(value));
      assertThat(Double.parseDouble(text)).isEqualTo(value);
      assertThat(text.length()).isLessThanOrEqualTo(25);
    }
  }

  @Test
  void object_ofTheRfc_isWrittenAsThere() throws FormatException {
    String text =
        """
        {
          "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
          "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
          "literals": [null, true, false]
        }\
        """;
    assertThat(canonical(text))
        .isEqualTo(
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
  }

  @Test
  void members_areSortedByUtf16Units() throws FormatException {
    // RFC 8785 §3.2.3: a smiley (d83d…) sorts before U+FB33, which code points would not do.
    String text =
        "{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":7}";
    assertThat(canonical(text))
        .isEqualTo(
            "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"\ud83d\ude00\":5,\"\ufb33\":3}");
  }

  @Test
  void members_ofNestedObjects_areSorted_itemsOfArraysAreNot() throws FormatException {
    assertThat(canonical("[{\"b\":{\"z\":1,\"y\":2},\"a\":[3,1,2]}]"))
        .isEqualTo("[{\"a\":[3,1,2],\"b\":{\"y\":2,\"z\":1}}]");
  }

  @Test
  void text_everyControlCharacter_isEscapedMinimally() throws FormatException {
    StringBuilder all = new StringBuilder();
    for (char c = 0; c < 0x20; c++) {
      all.append(c);
    }
    assertThat(Json.of(all + "\u007f/").canonical())
        .isEqualTo(
            "\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f"
                + "\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b"
                + "\\u001c\\u001d\\u001e\\u001f\u007f/\"");
  }

  @Test
  void text_withALoneSurrogate_hasNoCanonicalForm() {
    assertThatThrownBy(() -> Json.of("\ud800").canonical())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Json.object().put("\udc00", 1).build().canonical())
        .isInstanceOf(IllegalStateException.class);
  }
}
