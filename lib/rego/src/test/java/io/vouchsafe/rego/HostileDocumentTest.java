package io.vouchsafe.rego;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.verdict.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a document must not do on its way into a policy: each refusal has its code, and the place
/// in the text where the text itself is to blame.
@Timeout(60)
class HostileDocumentTest {
  private static FormatException refusal(Bytes text) {
    try {
      Value.of(Json.parse(text, JsonLimits.DOCUMENT));
    } catch (FormatException e) {
      return e;
    }
    throw new AssertionError("taken: " + text.size() + " bytes");
  }

  private static FormatException refusal(String text) {
    return refusal(Bytes.utf8(text));
  }

  @Test
  void depth_isBounded() {
    FormatException refusal = refusal("{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000));
    assertThat(refusal.code()).isEqualTo(Code.OVERSIZED);
    assertThat(refusal.offset()).isBetween(1L, 10_000L);
  }

  @Test
  void duplicateMembers_areRefused() {
    FormatException refusal = refusal("{\"allow\": false, \"allow\": true}");
    assertThat(refusal.code()).isEqualTo(Code.MALFORMED);
    assertThat(refusal.offset()).isPositive();
    assertThat(refusal("{\"allow\": false, \"\\u0061llow\": true}").code())
        .isEqualTo(Code.MALFORMED);
  }

  @Test
  void hugeNumbers_areRefused() {
    assertThat(refusal("[" + "9".repeat(1_000_000) + "]").code()).isEqualTo(Code.OVERSIZED);
    assertThat(refusal("[1e999999999]").code()).isEqualTo(Code.OVERSIZED);
    assertThat(refusal("[1e-999999999]").code()).isEqualTo(Code.OVERSIZED);
  }

  @Test
  void invalidText_isRefused() {
    FormatException refusal = refusal(Bytes.utf8("{\"a\":\"").concat(Bytes.of((byte) 0xff)));
    assertThat(refusal.code()).isEqualTo(Code.MALFORMED);
    assertThat(refusal("\"\\ud800\"").code()).isEqualTo(Code.MALFORMED);
    assertThat(refusal("{} {}").code()).isEqualTo(Code.MALFORMED);
  }

  @Test
  void documentAtTheBoundOfDepth_isWalkedComparedAndWritten() throws Exception {
    String text = "[".repeat(120) + "]".repeat(120);
    assertThat(Rego.p("p := count([x | walk(input, x)])", text)).isEqualTo("120");
    assertThat(Rego.p("p := input == json.unmarshal(json.marshal(input))", text)).isEqualTo("true");
  }

  @Test
  void valuesThatNestDeeperAtEachRule_areStopped() {
    StringBuilder rules = new StringBuilder("v0 := [1]\n");
    for (int i = 1; i < 3_000; i++) {
      rules.append("v").append(i).append(" := [v").append(i - 1).append("]\n");
    }
    assertThatThrownBy(() -> Rego.p(rules.append("p := v2999 == v2999").toString(), "{}"))
        .isInstanceOf(RegoException.class)
        .hasMessageContaining("eval_limit_error")
        .hasMessageContaining("test.rego:");
  }
}
