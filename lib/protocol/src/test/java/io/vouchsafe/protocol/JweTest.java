package io.vouchsafe.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JweTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String RESPONSES = "guest-components/generated/rcar/";

  private static SecretBytes secret(String text) {
    return SecretBytes.take(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String reveal(SecretBytes secret) {
    return secret.lend(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  private static Jwe parse(Json json) throws FormatException {
    return Jwe.parse(Bytes.utf8(json.compact()));
  }

  @Test
  void knownAnswers_opened_giveThePlaintext() throws Exception {
    for (Json item : kats()) {
      Json.Obj kat = item.asObject("kat");
      Jwe jwe = parse(kat.object("response"));

      SecretBytes opened = jwe.open(Keys.ofJwk(kat.object("private-jwk")));

      assertThat(reveal(opened)).as(kat.string("name")).isEqualTo(kat.string("plaintext"));
    }
  }

  @Test
  void knownAnswers_sealedWithTheSameRandomness_areEqualToTheByte() throws Exception {
    int compared = 0;
    for (Json item : kats()) {
      Json.Obj kat = item.asObject("kat");
      if (!(Jwk.parse(kat.object("tee-pubkey")) instanceof Jwk.Ec recipient)) {
        continue;
      }
      Json.Obj response = kat.object("response");
      Json.Obj epk =
          Json.parse(kat.string("protected-json"), JsonLimits.MESSAGE)
              .asObject("header")
              .object("epk")
              .with("alg", Json.of(Jwk.Ec.ALGORITHM));
      KeyPair ephemeral =
          new KeyPair(
              Jwk.parse(epk).toPublicKey(), Keys.ecPrivate(recipient.curve(), kat.string("epk-d")));

      Jwe sealed =
          Jwe.seal(
              recipient,
              ephemeral,
              Bytes.fromHex(kat.string("cek-hex")).toByteArray(),
              Bytes.fromBase64Url(response.string("iv")).toByteArray(),
              secret(kat.string("plaintext")));

      assertThat(sealed.toJson().compact()).isEqualTo(response.compact());
      compared++;
    }
    assertThat(compared).isEqualTo(2);
  }

  @Test
  void brokerResponses_ofTheGuestVectors_openOrAreRefused() throws Exception {
    for (Json item :
        Json.parse(Bytes.of(Vectors.bytes(RESPONSES + "kbs-response-jwe.json")), JsonLimits.MESSAGE)
            .asArray("cases")) {
      Json.Obj vector = item.asObject("case");
      var key = Keys.ofPem(Vectors.text(RESPONSES + vector.string("key")));
      if (vector.string("expect").equals("accept")) {
        assertThat(reveal(parse(vector.object("response")).open(key)))
            .as(vector.string("name"))
            .isEqualTo(vector.string("plaintext"));
      } else {
        assertThatThrownBy(() -> parse(vector.object("response")).open(key))
            .as(vector.string("name"))
            .isInstanceOfAny(FormatException.class, RefusedException.class);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Curve.class)
  void seal_toEveryCurve_opens(Curve curve) throws Exception {
    KeyPair pair = Keys.ec(curve);

    Jwe sealed = Jwe.seal(Jwk.of(pair.getPublic()), secret("top"), RANDOM);

    assertThat(reveal(parse(sealed.toJson()).open(pair.getPrivate()))).isEqualTo("top");
  }

  @Test
  void seal_toRsa_headerIsAlgThenEnc() throws Exception {
    KeyPair pair = Keys.rsa(2048);

    Jwe sealed = Jwe.seal(Jwk.of(pair.getPublic()), secret("top"), RANDOM);

    assertThat(Bytes.fromBase64Url(sealed.protectedHeader()).utf8Lossy())
        .isEqualTo("{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\"}");
    assertThat(reveal(sealed.open(pair.getPrivate()))).isEqualTo("top");
  }

  @Test
  void seal_emptySecret_opensEmpty() throws Exception {
    KeyPair pair = Keys.ec(Curve.P256);

    assertThat(
            Jwe.seal(Jwk.of(pair.getPublic()), secret(""), RANDOM).open(pair.getPrivate()).size())
        .isZero();
  }

  @Test
  void open_sealedToRsa15_isRefused() throws Exception {
    KeyPair pair = Keys.rsa(2048);
    Jwk.Rsa key = (Jwk.Rsa) Jwk.of(pair.getPublic());
    Jwe sealed =
        Jwe.seal(new Jwk.Rsa(Jwk.RsaScheme.PKCS1_V15, key.n(), key.e()), secret("top"), RANDOM);

    assertThatThrownBy(() -> sealed.open(pair.getPrivate()))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.code()).isEqualTo(Code.UNSUPPORTED_ALGORITHM));
  }

  @Test
  void open_withAnotherKey_isRefused() throws Exception {
    Jwe sealed = Jwe.seal(Jwk.of(Keys.ec(Curve.P256).getPublic()), secret("top"), RANDOM);
    var other = Keys.ec(Curve.P256).getPrivate();

    assertThatThrownBy(() -> sealed.open(other))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.SEAL_INVALID));
  }

  @Test
  void open_withAKeyOnAnotherCurve_isRefused() throws Exception {
    Jwe sealed = Jwe.seal(Jwk.of(Keys.ec(Curve.P256).getPublic()), secret("top"), RANDOM);
    var other = Keys.ec(Curve.P384).getPrivate();

    assertThatThrownBy(() -> sealed.open(other)).isInstanceOf(RefusedException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"encrypted_key", "iv", "ciphertext", "tag"})
  void open_oneBitFlipped_isRefused(String member) throws Exception {
    KeyPair pair = Keys.ec(Curve.P256);
    Json.Obj sealed = Jwe.seal(Jwk.of(pair.getPublic()), secret("top secret"), RANDOM).toJson();
    byte[] bytes = Bytes.fromBase64Url(sealed.string(member)).toByteArray();
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] ^= 1;
      Jwe changed = parse(sealed.with(member, Json.of(Bytes.of(bytes).base64Url())));
      assertThatThrownBy(() -> changed.open(pair.getPrivate()))
          .isInstanceOf(RefusedException.class);
      bytes[i] ^= 1;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"alg\":\"ECDH-ES\",\"enc\":\"A256GCM\"}",
        "{\"alg\":\"none\",\"enc\":\"A256GCM\"}",
        "{\"alg\":\"dir\",\"enc\":\"A256GCM\"}",
        "{\"alg\":\"ECDH-ES+A256KW\",\"enc\":\"A128GCM\"}",
        "{\"alg\":\"ECDH-ES+A256KW\",\"enc\":\"A256GCM\",\"zip\":\"DEF\"}",
        "{\"alg\":\"ECDH-ES+A256KW\",\"enc\":\"A256GCM\",\"crit\":[]}",
        "{\"alg\":\"ECDH-ES+A256KW\",\"enc\":\"A256GCM\",\"apu\":\"\"}",
        "{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\"}"
      })
  void open_otherAlgorithms_areRefused(String header) throws Exception {
    KeyPair pair = Keys.ec(Curve.P256);
    Json.Obj sealed = Jwe.seal(Jwk.of(pair.getPublic()), secret("top"), RANDOM).toJson();
    Jwe changed = parse(sealed.with("protected", Json.of(Bytes.utf8(header).base64Url())));

    assertThatThrownBy(() -> changed.open(pair.getPrivate()))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.code()).isEqualTo(Code.UNSUPPORTED_ALGORITHM));
  }

  @ParameterizedTest
  @ValueSource(strings = {"aad", "header", "unprotected", "recipients"})
  void parse_membersThatChangeTheMeaning_areRefused(String member) throws Exception {
    Json.Obj sealed =
        Jwe.seal(Jwk.of(Keys.ec(Curve.P256).getPublic()), secret("top"), RANDOM).toJson();

    assertThatThrownBy(() -> parse(sealed.with(member, Json.NULL)))
        .isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"protected", "encrypted_key", "iv", "ciphertext", "tag"})
  void parse_memberMissing_isRefused(String member) throws Exception {
    Json.Obj sealed =
        Jwe.seal(Jwk.of(Keys.ec(Curve.P256).getPublic()), secret("top"), RANDOM).toJson();

    assertThatThrownBy(() -> parse(sealed.without(member))).isInstanceOf(FormatException.class);
  }

  private static java.util.List<Json> kats() throws Exception {
    return Json.parse(Bytes.of(Vectors.bytes("trustee/derived/jwe-kat.json")), JsonLimits.MESSAGE)
        .asArray("kats");
  }
}
