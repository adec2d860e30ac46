package io.vouchsafe.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Code;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CoseSign1Test {
  private static final Cbor.Dict NOTHING = Cbor.map().build();
  private static final Cbor.Dict ES384 = Cbor.map().put(1, Cbor.of(-35)).build();
  private static final Bytes PAYLOAD = Bytes.utf8("payload");

  private static Cbor message(Cbor.Dict header, Cbor.Dict other) {
    return Cbor.array(Cbor.of(header.encode()), other, Cbor.of(PAYLOAD), Cbor.of(Bytes.zeros(96)));
  }

  private static CoseSign1 parse(Cbor message) throws FormatException {
    return CoseSign1.parse(message.encode(), CborLimits.MESSAGE);
  }

  private static KeyPair ec(String curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  private static KeyPair keyFor(CoseAlgorithm algorithm) throws GeneralSecurityException {
    return switch (algorithm) {
      case ES256 -> ec("secp256r1");
      case ES384 -> ec("secp384r1");
      case ES512 -> ec("secp521r1");
      case PS256, PS384, PS512 -> {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        yield generator.generateKeyPair();
      }
    };
  }

  @Test
  void parse_taggedOrNot_givesTheSame() throws FormatException {
    Cbor bare = message(ES384, NOTHING);
    assertThat(parse(new Cbor.Tagged(18, bare))).isEqualTo(parse(bare));
    assertThat(parse(bare).algorithm()).isEqualTo(CoseAlgorithm.ES384);
    assertThat(parse(bare).requirePayload()).isEqualTo(PAYLOAD);
  }

  @Test
  void signed_overBytesAsReceived_keepsAHeaderThatIsNotDeterministic() throws FormatException {
    Bytes odd = Bytes.fromHex("a1180138" + "22"); // label 1 in two bytes
    Cbor message = Cbor.array(Cbor.of(odd), NOTHING, Cbor.of(PAYLOAD), Cbor.of(Bytes.zeros(96)));
    assertThat(parse(message).signed(Bytes.EMPTY).hex())
        .isEqualTo("846a5369676e617475726531" + "45" + odd.hex() + "40" + "47" + PAYLOAD.hex());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a0"})
  void signed_emptyHeaderInEitherForm_isTheEmptyString(String header) throws FormatException {
    Cbor message =
        Cbor.array(Cbor.of(Bytes.fromHex(header)), NOTHING, Cbor.of(PAYLOAD), Cbor.of(Bytes.EMPTY));
    assertThat(parse(message).signed(Bytes.EMPTY).hex())
        .isEqualTo("846a5369676e617475726531404047" + PAYLOAD.hex());
    assertThatThrownBy(() -> parse(message).algorithm()).isInstanceOf(FormatException.class);
  }

  @Test
  void signed_detachedPayload_isNeededFromTheCaller() throws FormatException {
    Cbor message =
        Cbor.array(Cbor.of(ES384.encode()), NOTHING, Cbor.NULL, Cbor.of(Bytes.zeros(96)));
    CoseSign1 parsed = parse(message);
    assertThat(parsed.payload()).isEmpty();
    assertThatThrownBy(() -> parsed.signed(Bytes.EMPTY)).isInstanceOf(FormatException.class);
    assertThat(parsed.signed(Bytes.EMPTY, PAYLOAD))
        .isEqualTo(parse(message(ES384, NOTHING)).signed(Bytes.EMPTY));
  }

  @ParameterizedTest
  @CsvSource({
    "three fields,834041a040",
    "five fields,8540a0404040",
    "header not a byte string,84a0a04040",
    "header not a map,844180a04040",
    "header with a tail,8442a000a04040",
    "header with a duplicate label,8445a201260126a04040",
    "unprotected not a map,8440804040",
    "payload is text,8440a0606040",
    "payload undefined,8440a0f740",
    "signature missing,8440a040f6",
    "no array,a0",
    "tag 17,d18440a04040",
    "tag 18 twice,d2d28440a04040",
  })
  void parse_wrongShape_isRefused(String what, String hex) {
    assertThatThrownBy(() -> CoseSign1.parse(Bytes.fromHex(hex), CborLimits.MESSAGE))
        .as(what)
        .isInstanceOf(FormatException.class);
  }

  @Test
  void parse_labelInBothHeaders_isRefused() {
    assertThatThrownBy(() -> parse(message(ES384, Cbor.map().put(1, Cbor.of(-7)).build())))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("both headers");
  }

  @Test
  void algorithm_onlyInTheUnprotectedHeader_isRefused() throws FormatException {
    CoseSign1 message = parse(message(NOTHING, ES384));
    assertThatThrownBy(message::algorithm).isInstanceOf(FormatException.class);
  }

  @Test
  void algorithm_asText_isRefused() throws FormatException {
    CoseSign1 message = parse(message(Cbor.map().put(1, Cbor.of("ES384")).build(), NOTHING));
    assertThatThrownBy(message::algorithm).isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -8, -47, -65535, -257, 5})
  void algorithm_notAccepted_hasItsOwnCode(long id) throws FormatException {
    CoseSign1 message = parse(message(Cbor.map().put(1, Cbor.of(id)).build(), NOTHING));
    assertThatThrownBy(message::algorithm)
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.UNSUPPORTED_ALGORITHM));
  }

  @Test
  void crit_unknownLabel_endsProcessing() {
    Cbor.Dict header =
        Cbor.map().put(1, Cbor.of(-35)).put(2, Cbor.array(Cbor.of(99))).put(99, Cbor.of(0)).build();
    assertThatThrownBy(() -> parse(message(header, NOTHING)))
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.UNSUPPORTED_VERSION));
  }

  @Test
  void crit_emptyOrMisplacedOrAbsentLabel_isRefused() {
    Cbor.Dict empty = Cbor.map().put(1, Cbor.of(-35)).put(2, Cbor.array()).build();
    Cbor.Dict absent = Cbor.map().put(1, Cbor.of(-35)).put(2, Cbor.array(Cbor.of(3))).build();
    Cbor.Dict misplaced = Cbor.map().put(2, Cbor.array(Cbor.of(1))).build();
    assertThatThrownBy(() -> parse(message(empty, NOTHING))).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> parse(message(absent, NOTHING))).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> parse(message(ES384, misplaced))).isInstanceOf(FormatException.class);
  }

  @Test
  void crit_knownLabel_isTaken() throws FormatException {
    Cbor.Dict header = Cbor.map().put(1, Cbor.of(-35)).put(2, Cbor.array(Cbor.of(1))).build();
    assertThat(parse(message(header, NOTHING)).algorithm()).isEqualTo(CoseAlgorithm.ES384);
  }

  @ParameterizedTest
  @EnumSource(CoseAlgorithm.class)
  void check_everyAlgorithm_acceptsItsSignatureAndNoOther(CoseAlgorithm algorithm)
      throws GeneralSecurityException, FormatException {
    KeyPair pair = keyFor(algorithm);
    Cbor.Dict header = Cbor.map().put(1, Cbor.of(algorithm.id())).build();
    Bytes signed = parse(message(header, NOTHING)).signed(Bytes.EMPTY);
    Bytes signature = sign(algorithm, pair, signed);
    CoseSign1 good =
        parse(Cbor.array(Cbor.of(header.encode()), NOTHING, Cbor.of(PAYLOAD), Cbor.of(signature)));
    assertThat(good.isSignedBy(pair.getPublic())).isTrue();
    assertThat(good.isSignedBy(keyFor(algorithm).getPublic())).isFalse();
    assertThat(algorithm.check(pair.getPublic(), PAYLOAD, signature)).isFalse();
    for (int cut = 0; cut < signature.size(); cut += 7) {
      assertThat(algorithm.check(pair.getPublic(), signed, signature.slice(0, cut))).isFalse();
    }
    assertThat(algorithm.check(pair.getPublic(), signed, signature.concat(Bytes.zeros(1))))
        .isFalse();
  }

  private static Bytes sign(CoseAlgorithm algorithm, KeyPair pair, Bytes signed)
      throws GeneralSecurityException {
    String hash = "SHA" + algorithm.name().substring(2);
    Signature signer =
        Signature.getInstance(
            algorithm.name().startsWith("E") ? hash + "withECDSAinP1363Format" : "RSASSA-PSS");
    if (algorithm.name().startsWith("P")) {
      String name = "SHA-" + algorithm.name().substring(2);
      signer.setParameter(
          new java.security.spec.PSSParameterSpec(
              name,
              "MGF1",
              new java.security.spec.MGF1ParameterSpec(name),
              Integer.parseInt(algorithm.name().substring(2)) / 8,
              1));
    }
    signer.initSign(pair.getPrivate());
    signer.update(signed.toByteArray());
    return Bytes.of(signer.sign());
  }

  @Test
  void check_keyOfAnotherCurveOrKind_isFalse() throws GeneralSecurityException {
    PublicKey p256 = ec("secp256r1").getPublic();
    assertThat(CoseAlgorithm.ES384.suits(p256)).isFalse();
    assertThat(CoseAlgorithm.PS256.suits(p256)).isFalse();
    assertThat(CoseAlgorithm.ES384.check(p256, PAYLOAD, Bytes.zeros(96))).isFalse();
    KeyPairGenerator small = KeyPairGenerator.getInstance("RSA");
    small.initialize(1024);
    assertThat(CoseAlgorithm.PS256.suits(small.generateKeyPair().getPublic())).isFalse();
    PublicKey edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
    assertThat(CoseAlgorithm.ES256.suits(edwards)).isFalse();
  }

  @Test
  void check_zeroSignature_isFalse() throws GeneralSecurityException {
    PublicKey key = ec("secp384r1").getPublic();
    assertThat(CoseAlgorithm.ES384.check(key, PAYLOAD, Bytes.zeros(96))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prod-2021.bin",
        "prod-2021-rsa-pubkey.bin",
        "prod-2022-pcr8-nonce.bin",
        "prod-2026-indefinite-map.bin",
        "debug-2023-userdata-nonce.bin",
        "nitrotpm-2026.bin"
      })
  void realDocument_ofNitro_isSignedByItsLeaf(String file) throws Exception {
    Bytes input = Bytes.of(Vectors.bytes("nitro/" + file));
    CoseSign1 message = CoseSign1.parse(input, CborLimits.MESSAGE);
    Cbor.Dict claims = Cbor.parse(message.requirePayload(), CborLimits.MESSAGE).asMap("payload");
    byte[] leaf = claims.require("certificate").asBytes("certificate").toByteArray();
    PublicKey key =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(leaf))
            .getPublicKey();
    assertThat(message.isSignedBy(key)).isTrue();
    Bytes changed = message.requirePayload().concat(Bytes.zeros(1));
    assertThat(
            message
                .algorithm()
                .check(key, message.signed(Bytes.EMPTY, changed), message.signature()))
        .isFalse();
  }
}
