package io.vouchsafe.agentapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.verdict.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuestRefusalTest {

  @Test
  void encode_plainFields_areSeparatedByBars() {
    GuestRefusal refusal =
        new GuestRefusal(Code.WORKLOAD_MISMATCH, "guest.workload.args", "[\"a\"]", "[]", "r-1");
    assertThat(refusal.encode()).isEqualTo("WORKLOAD_MISMATCH|guest.workload.args|[\"a\"]|[]|r-1");
  }

  @Test
  void parse_encodedWithSeparatorsInside_isTheSame() {
    GuestRefusal refusal =
        new GuestRefusal(Code.CONTAINER_FAILED, "a|b", "50%\n%7C", "x\r\n||%0A", "");
    assertThat(GuestRefusal.parse(refusal.encode())).contains(refusal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ttrpc: closed",
        "WORKLOAD_MISMATCH",
        "WORKLOAD_MISMATCH|a|b|c",
        "WORKLOAD_MISMATCH|a|b|c|d|e",
        "NO_SUCH_CODE|a|b|c|d",
        "workload_mismatch|a|b|c|d"
      })
  void parse_anotherMessage_isEmpty(String message) {
    assertThat(GuestRefusal.parse(message)).isEmpty();
  }

  @Test
  void field_tooLong_isCut() {
    String huge = "x".repeat(GuestRefusal.MAX_FIELD + 1);
    assertThat(new GuestRefusal(Code.INTERNAL, "c", huge, "", "").expected())
        .hasSize(GuestRefusal.MAX_FIELD);
  }

  @Test
  void refusal_hasTheRemedyOfTheCatalogue() {
    assertThat(new GuestRefusal(Code.DISK_FULL, "c", "e", "f", "").refusal().remedy())
        .isEqualTo(Code.DISK_FULL.remedy());
  }
}
