package io.vouchsafe.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwkTest {

  private static Json.Obj ec() throws Exception {
    return Jwk.of(Keys.ec(Curve.P256).getPublic()).toJson();
  }

  @ParameterizedTest
  @EnumSource(Curve.class)
  void ec_writtenAndParsed_isTheSameKey(Curve curve) throws Exception {
    var key = Keys.ec(curve).getPublic();

    Jwk parsed = Jwk.parse(Jwk.of(key).toJson());

    assertThat(parsed.toPublicKey().getEncoded()).isEqualTo(key.getEncoded());
  }

  @Test
  void rsa_writtenAndParsed_isTheSameKey() throws Exception {
    var key = Keys.rsa(2048).getPublic();

    assertThat(Jwk.parse(Jwk.of(key).toJson()).toPublicKey().getEncoded())
        .isEqualTo(key.getEncoded());
  }

  @Test
  void rsa_tooShort_isRefused() throws Exception {
    var key = Keys.rsa(1024).getPublic();

    assertThatThrownBy(() -> Jwk.of(key)).isInstanceOf(FormatException.class);
  }

  @Test
  void ec_pointOffTheCurve_isRefused() throws Exception {
    Json.Obj key = ec();
    byte[] y = Bytes.fromBase64Url(key.string("y")).toByteArray();
    y[31] ^= 1;

    assertThatThrownBy(() -> Jwk.parse(key.with("y", Json.of(Bytes.of(y).base64Url()))))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("not a point of P-256");
  }

  @Test
  void ec_coordinateNotReduced_isRefused() throws Exception {
    Json.Obj key = ec();

    assertThatThrownBy(
            () -> Jwk.parse(key.with("x", Json.of(Bytes.fromHex("ff".repeat(32)).base64Url()))))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void ec_coordinateTooShortOrTooLong_isRefused() throws Exception {
    Json.Obj key = ec();
    Bytes x = Bytes.fromBase64Url(key.string("x"));

    for (Bytes wrong : new Bytes[] {x.slice(1, 32), Bytes.zeros(1).concat(x), Bytes.EMPTY}) {
      assertThatThrownBy(() -> Jwk.parse(key.with("x", Json.of(wrong.base64Url()))))
          .isInstanceOf(FormatException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ECDH-ES", "ecdh-es+a256kw", "RSA-OAEP-256", "none", ""})
  void ec_otherAlgorithm_isUnsupported(String algorithm) throws Exception {
    Json.Obj key = ec().with("alg", Json.of(algorithm));

    assertThatThrownBy(() -> Jwk.parse(key))
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.UNSUPPORTED_ALGORITHM));
  }

  @ParameterizedTest
  @ValueSource(strings = {"P-384", "secp256k1", "p-256"})
  void ec_otherCurveName_isRefused(String curve) throws Exception {
    Json.Obj key = ec().with("crv", Json.of(curve));

    assertThatThrownBy(() -> Jwk.parse(key)).isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA-OAEP", "RSA-OAEP-512", "ECDH-ES+A256KW"})
  void rsa_otherAlgorithm_isUnsupported(String algorithm) throws Exception {
    Json.Obj key = Jwk.of(Keys.rsa(2048).getPublic()).toJson().with("alg", Json.of(algorithm));

    assertThatThrownBy(() -> Jwk.parse(key))
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.UNSUPPORTED_ALGORITHM));
  }

  @ParameterizedTest
  @ValueSource(strings = {"AA", "AQ", "Ag", "AAEAAQ", ""})
  void rsa_oddExponents_areRefused(String exponent) throws Exception {
    Json.Obj key = Jwk.of(Keys.rsa(2048).getPublic()).toJson().with("e", Json.of(exponent));

    assertThatThrownBy(() -> Jwk.parse(key)).isInstanceOf(FormatException.class);
  }

  @Test
  void teeKey_extraMembers_areDropped() throws Exception {
    Json.Obj key = ec();

    assertThat(TeeKey.parse(key.with("kid", Json.of("x")).with("use", Json.of("enc"))))
        .isEqualTo(TeeKey.parse(key));
  }

  @Test
  void teeKey_thatNothingCanBeSealedTo_isKeptUntilAsked() throws Exception {
    TeeKey key = TeeKey.parse(ec().with("x", Json.of("AA")));

    assertThatThrownBy(key::toJwk).isInstanceOf(FormatException.class);
  }

  @Test
  void teeKey_unknownKindOrMissingMember_isRefused() throws Exception {
    Json.Obj key = ec();

    assertThatThrownBy(() -> TeeKey.parse(key.with("kty", Json.of("OKP"))))
        .isInstanceOf(FormatException.class);
    for (String member : key.members().keySet()) {
      assertThatThrownBy(() -> TeeKey.parse(key.without(member)))
          .isInstanceOf(FormatException.class);
    }
  }
}
