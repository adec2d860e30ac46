package io.vouchsafe.trust.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignTokensTest {
  private static final String FOLDER = "trustee/token-jwk/";

  @ParameterizedTest
  @CsvSource({"scenario01, true", "scenario02, false", "scenario03, false"})
  void endorsed_upstreamScenarios_haveTheirOutcome(String scenario, boolean accepted)
      throws Exception {
    var trusted = KeyFile.readCertificates(Vectors.path(FOLDER + scenario + "-trust.pem"));
    ForeignTokens tokens = new ForeignTokens(trusted);
    Json.Obj jwk =
        Json.parseObject(
            Bytes.of(Vectors.bytes(FOLDER + scenario + "-jwk.json")), JsonLimits.MESSAGE);
    // The certificates are judged by the time of the scenario, not by today's.
    Instant at = trusted.getFirst().getNotBefore().toInstant().plusSeconds(60);

    if (accepted) {
      assertThat(tokens.endorsed(jwk, at)).isNotNull();
    } else {
      assertThatThrownBy(() -> tokens.endorsed(jwk, at)).isInstanceOf(RefusedException.class);
    }
  }

  @Test
  void endorsed_afterTheEndOfTheRoot_isRefused() throws Exception {
    var trusted = KeyFile.readCertificates(Vectors.path(FOLDER + "scenario05-trust.pem"));
    Json.Obj jwk =
        Json.parseObject(
            Bytes.of(Vectors.bytes(FOLDER + "scenario05-jwk.json")), JsonLimits.MESSAGE);
    Instant late = Instant.parse("2999-01-01T00:00:00Z");

    assertThatThrownBy(() -> new ForeignTokens(trusted).endorsed(jwk, late))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void verify_withoutTrustedCertificates_isRefused() {
    String token =
        Bytes.utf8("{\"alg\":\"ES256\",\"jwk\":{}}").base64Url()
            + "."
            + Bytes.utf8("{}").base64Url()
            + ".AAAA";

    assertThatThrownBy(() -> new ForeignTokens(List.of()).verify(token, Instant.EPOCH))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.TOKEN_INVALID));
  }
}
