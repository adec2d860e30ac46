package io.vouchsafe.appraisal.corim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Cbor;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorimVectorsTest {
  private static final Instant EXPIRES = Instant.parse("2030-01-01T00:00:00Z");

  private static Bytes read(String path) throws IOException {
    return Bytes.of(Vectors.bytes("corim/" + path));
  }

  @Test
  void parse_everyModuleOfTheVectors_decodes() throws Exception {
    for (String folder : List.of("comid", "draft")) {
      try (Stream<Path> files = Files.list(Vectors.path("corim/" + folder))) {
        for (Path file :
            files.filter(f -> f.getFileName().toString().startsWith("comid")).toList()) {
          Comid comid = Comid.parse(Cbor.parse(Bytes.of(Files.readAllBytes(file)), Corim.LIMITS));
          assertThat(comid.id()).as(file.toString()).isNotEmpty();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "coco/unsigned-example-corim.cbor",
        "corim/corim-1.cbor",
        "corim/corim-2.cbor",
        "corim/corim-firmware-cd.cbor",
        "corim/unsigned-example-corim.cbor",
        "corim/unsigned-good-corim.cbor",
        "draft/payload-corim-4.cbor",
        "services-arm-cca/corim-cca-platform-valid.cbor",
        "services-arm-cca/corim-cca-realm-valid.cbor",
        "services-misc/corim-psa-p2-refvalue.cbor",
        "services-misc/corim-tpm-enacttrust-refvalue.cbor",
        "services-parsec-tpm/corim-parsec-tpm-valid.cbor",
        "services-psa/corim-psa-valid.cbor"
      })
  void values_manifestWithReferenceValues_areTakenOver(String path) throws Exception {
    CorimValues values = CorimValues.of(Corim.parse(read(path)), EXPIRES, path);
    assertThat(values.values()).isNotEmpty();
  }

  @Test
  void values_manifestOfTheOlderService_haveItsNames() throws Exception {
    Corim corim = Corim.parse(read("coco/unsigned-example-corim.cbor"));
    ReferenceValue value =
        CorimValues.of(corim, EXPIRES, "test").values().stream()
            .filter(v ->
                v.name().equals("ACME/RoadRunner/31fb5abf-023e-4992-aa4e-95f9c1503bfa/digests"))
            .findFirst()
            .orElseThrow();
    assertThat(value.value().compact())
        .contains("a3a5e715f0cc574a73c3f9bebb6bc24f32ffd5b67b387244c2c909da779a1478");
  }

  @ParameterizedTest
  @ValueSource(strings = {"signed-example-corim.cbor", "signed-good-corim.cbor"})
  void verify_signedVector_countsInItsTimeOnly(String name) throws Exception {
    SignedCorim signed = SignedCorim.parse(read("corim/" + name));
    List<CorimSigner> signers = List.of(new CorimSigner("vector", key(), Set.of(), Set.of()));
    assertThat(signed.verify(signers, Instant.parse("2024-01-01T00:00:00Z")).modules())
        .isNotEmpty();
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> signed.verify(signers, Instant.parse("2026-06-01T00:00:00Z")))
        .satisfies(refused ->
            assertThat(refused.refusal().code()).isEqualTo(Code.REFERENCE_VALUE_EXPIRED));
  }

  private static PublicKey key() throws Exception {
    Json.Obj jwk = Json.parseObject(read("corim/ec-p256.jwk"), JsonLimits.MESSAGE);
    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    return KeyFactory.getInstance("EC")
        .generatePublic(
            new ECPublicKeySpec(
                new ECPoint(coordinate(jwk.string("x")), coordinate(jwk.string("y"))),
                curve.getParameterSpec(ECParameterSpec.class)));
  }

  private static BigInteger coordinate(String text) throws Exception {
    return new BigInteger(1, Bytes.fromBase64Url(text).toByteArray());
  }
}
