package io.vouchsafe.trust.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.appraisal.EarSigner;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignTokensTest {
  private static final String FOLDER = "trustee/token-jwk/";
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

  @ParameterizedTest
  @CsvSource({"scenario01, true", "scenario02, false", "scenario03, false"})
  void endorsed_upstreamScenarios_haveTheirOutcome(String scenario, boolean accepted)
      throws Exception {
    var trusted = KeyFile.readCertificates(Vectors.path(FOLDER + scenario + "-trust.pem"));
    ForeignTokens tokens = new ForeignTokens(trusted, Set.of());
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

    assertThatThrownBy(() -> new ForeignTokens(trusted, Set.of()).endorsed(jwk, late))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void endorsed_byATrustedCertificateOfAnotherTime_isRefused() throws Exception {
    X509Certificate pinned = certificate();
    ForeignTokens tokens = new ForeignTokens(List.of(pinned), Set.of());
    Json.Obj jwk = issuer().jwks().array("keys").getFirst().asObject("jwk");

    assertThat(tokens.endorsed(jwk, pinned.getNotAfter().toInstant())).isNotNull();
    for (Instant at :
        List.of(
            pinned.getNotBefore().toInstant().minusSeconds(1),
            pinned.getNotAfter().toInstant().plusSeconds(1))) {
      assertThatThrownBy(() -> tokens.endorsed(jwk, at))
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.TOKEN_INVALID));
    }
  }

  @Test
  void verify_withoutTrustedCertificates_isRefused() {
    String token =
        Bytes.utf8("{\"alg\":\"ES256\",\"jwk\":{}}").base64Url()
            + "."
            + Bytes.utf8("{}").base64Url()
            + ".AAAA";

    assertThatThrownBy(() -> new ForeignTokens(List.of(), Set.of()).verify(token, Instant.EPOCH))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.TOKEN_INVALID));
  }

  /// A service whose certificate the operator trusts.
  private static EarSigner issuer() throws Exception {
    KeyPair pair =
        new KeyPair(
            certificate().getPublicKey(),
            KeyFactory.getInstance("EC")
                .generatePrivate(
                    new PKCS8EncodedKeySpec(
                        Pem.parse(
                                Bytes.of(Vectors.bytes(FOLDER + "signing-key.pem")), "PRIVATE KEY")
                            .getFirst()
                            .toByteArray())));
    return EarSigner.of(pair, List.of(certificate()), Security.getProvider("SunEC"));
  }

  private static X509Certificate certificate() throws Exception {
    return KeyFile.readCertificates(Vectors.path(FOLDER + "cert-chain.pem")).getFirst();
  }

  private static String token(String members) throws Exception {
    Json.Obj claims = Json.parse("{" + members + "}", JsonLimits.MESSAGE).asObject("claims");
    return issuer().sign(new AttestationResult("id", NOW, NOW.plusSeconds(60), List.of(), claims));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"exp\":1800000060",
        "\"exp\":1800000060,\"aud\":\"broker\"",
        "\"exp\":1800000060,\"aud\":[\"other\",\"broker\"]",
        "\"exp\":1800000060,\"nbf\":1799999999",
        "\"exp\":1799999941"
      })
  void verify_tokenForUsAndInForce_isTaken(String members) throws Exception {
    ForeignTokens tokens = new ForeignTokens(List.of(certificate()), Set.of("broker"));
    assertThat(tokens.verify(token(members), NOW).submodules()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"exp\":1800000060,\"aud\":\"other\"|TOKEN_INVALID",
        "\"exp\":1800000060,\"aud\":\"Broker\"|TOKEN_INVALID",
        "\"exp\":1800000060,\"aud\":[]|TOKEN_INVALID",
        "\"exp\":1800000060,\"aud\":[\"other\"]|TOKEN_INVALID",
        "\"exp\":1800000060,\"aud\":7|TOKEN_INVALID",
        "\"exp\":1800000060,\"nbf\":1800000061|TOKEN_INVALID",
        "\"exp\":1799999940|TOKEN_EXPIRED",
        "\"exp\":1800000060.0|TOKEN_INVALID",
        "\"iat\":1|TOKEN_INVALID"
      })
  void verify_tokenForOthersOrNotInForce_isRefused(String members, Code code) throws Exception {
    ForeignTokens tokens = new ForeignTokens(List.of(certificate()), Set.of("broker"));
    String token = token(members);
    assertThatThrownBy(() -> tokens.verify(token, NOW))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void verify_tokenWithAnAudienceWhereNoneIsNamed_isRefused() throws Exception {
    ForeignTokens tokens = new ForeignTokens(List.of(certificate()), Set.of());
    String token = token("\"exp\":1800000060,\"aud\":\"broker\"");
    assertThatThrownBy(() -> tokens.verify(token, NOW)).isInstanceOf(RefusedException.class);
  }
}
