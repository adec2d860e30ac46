package io.vouchsafe.appraisal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import org.junit.jupiter.api.Test;

class RecordedClaimsTest {
  private static Json.Obj claims(String text) throws FormatException {
    return Json.parseObject(Bytes.utf8(text), JsonLimits.MESSAGE);
  }

  @Test
  void claims_ofOneChallenge_areNotRecorded() throws FormatException {
    Json.Obj recorded =
        RecordedClaims.of(
            claims(
                """
                {"iat":1,"submods":{"cpu0":{"report_data":"abcd",
                 "runtime_data_claims":{"nonce":"n-o-n-c-e","tee-pubkey":{"x":"k-e-y"}},
                 "tpm":{"pcr00":"00","list":[{"nonce":"n-o-n-c-e"}]}}}}\
                """));
    assertThat(recorded.compact())
        .isEqualTo(
            """
            {"iat":1,"submods":{"cpu0":{"report_data":"(not recorded)",\
            "runtime_data_claims":"(not recorded)",\
            "tpm":{"pcr00":"00","list":[{"nonce":"(not recorded)"}]}}}}\
            """);
  }

  @Test
  void claims_namedLikeReferences_areLeftOut() throws FormatException {
    assertThat(RecordedClaims.of(claims("{\"a\":{\"$shared\":\"00\"},\"$shared\":1}")).compact())
        .isEqualTo("{\"a\":{}}");
  }

  @Test
  void claims_longDeepOrMany_areCut() throws FormatException {
    Json.Obj recorded =
        RecordedClaims.of(
            Json.object()
                .put("long", "x".repeat(RecordedClaims.MAX_TEXT + 1))
                .put("many", claims("{\"a\":[" + "1,".repeat(256) + "1]}").require("a"))
                .put("deep", claims("{\"a\":".repeat(20) + "1" + "}".repeat(20)))
                .build());
    assertThat(recorded.string("long")).isEqualTo("(1025 characters, not recorded)");
    assertThat(recorded.string("many")).isEqualTo("(257 items, not recorded)");
    assertThat(recorded.object("deep").compact())
        .endsWith(":\"" + RecordedClaims.HIDDEN + '"' + "}".repeat(RecordedClaims.MAX_DEPTH));
  }

  @Test
  void claims_tooManyAltogether_areNotRecorded() {
    Json.ObjBuilder claims = Json.object();
    for (int i = 0; i < 100; i++) {
      claims.put("c" + i, "x".repeat(RecordedClaims.MAX_TEXT));
    }
    assertThat(RecordedClaims.of(claims.build()).compact())
        .hasSizeLessThan(100)
        .contains(RecordedClaims.HIDDEN);
  }

  @Test
  void hidden_noncesAtAnyDepth_areFound() throws FormatException {
    assertThat(
            RecordedClaims.hidden(
                claims(
                    "{\"a\":[{\"nonce\":\"longEnough\"}],\"eat_nonce\":\"another1\",\"b\":{\"nonce\":\"1\"}}")))
        .containsExactlyInAnyOrder("longEnough", "another1");
  }
}
