package io.vouchsafe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.testkit.Vectors;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuntimeDataTest {

  @Test
  void derivedVectors_canonicalFormAndDigests_match() throws Exception {
    List<Json> kats = array("trustee/derived/runtime-data-kat.json");
    for (Json item : kats) {
      Json.Obj kat = item.asObject("kat");
      Json.Obj object = kat.object("object");

      assertThat(object.canonical()).isEqualTo(kat.string("canonical"));
      for (HashAlgorithm algorithm : HashAlgorithm.values()) {
        if (kat.get(algorithm.wireName()).isPresent()) {
          assertThat(RuntimeData.digest(object, algorithm).hex())
              .as(kat.string("name"))
              .isEqualTo(kat.string(algorithm.wireName()));
        }
      }
    }
    assertThat(kats).hasSizeGreaterThan(4);
  }

  @Test
  void derivedVectors_fromTypes_giveTheSameObjects() throws Exception {
    for (Json item : array("trustee/derived/runtime-data-kat.json")) {
      Json.Obj object = item.asObject("kat").object("object");
      if (object.get("nonce").isEmpty()) {
        continue;
      }
      RuntimeData data =
          new RuntimeData(object.string("nonce"), TeeKey.parse(object.object("tee-pubkey")));
      Json.Obj made =
          object.get("additional-evidence").isPresent()
              ? data.primary(ProtocolVersion.V0_4_0, object.string("additional-evidence"))
              : data.device();

      assertThat(made).isEqualTo(object);
    }
  }

  @Test
  void guestVectors_digests_match() throws Exception {
    for (Json item : array("guest-components/generated/rcar/runtime-data.json")) {
      Json.Obj vector = item.asObject("case");
      RuntimeData data =
          new RuntimeData(vector.string("nonce"), TeeKey.parse(vector.object("tee_pubkey")));
      String additional = vector.string("additional_evidence");

      assertThat(data.device().canonical()).isEqualTo(vector.string("device_runtime_data_jcs"));
      assertThat(data.primary(ProtocolVersion.V0_4_0, additional).canonical())
          .isEqualTo(vector.string("primary_runtime_data_jcs"));
      for (HashAlgorithm algorithm : HashAlgorithm.values()) {
        assertThat(data.deviceDigest(algorithm).hex())
            .isEqualTo(vector.object("device").string(algorithm.wireName()));
        assertThat(data.primaryDigest(ProtocolVersion.V0_4_0, algorithm, additional).hex())
            .isEqualTo(vector.object("primary").string(algorithm.wireName()));
      }
    }
  }

  @Test
  void transcript_reportData_isTheDigest() throws Exception {
    Json.Obj transcript =
        Json.parseObject(
            Bytes.of(Vectors.bytes("trustee/derived/rcar-sample-transcript.json")),
            JsonLimits.MESSAGE);
    for (String name : List.of("attest-request", "attest-request-with-device")) {
      AttestRequest request =
          AttestRequest.parse(
              Bytes.utf8(transcript.object(name).compact()), ProtocolVersion.V0_4_0);
      RuntimeData data = new RuntimeData(request.nonce().orElseThrow(), request.key());

      assertThat(
              data.primaryDigest(
                      ProtocolVersion.V0_4_0, HashAlgorithm.SHA384, request.additionalEvidence())
                  .base64())
          .isEqualTo(request.primaryEvidence().asObject("evidence").string("report_data"));
      for (Json device : request.devices().values()) {
        assertThat(data.deviceDigest(HashAlgorithm.SHA384).base64())
            .isEqualTo(device.asObject("device").string("report_data"));
      }
      assertThat(request.toJson()).isEqualTo(transcript.object(name));
    }
  }

  @Test
  void version02_doesNotBindAdditionalEvidence() throws Exception {
    RuntimeData data = new RuntimeData("n", TeeKey.of(Jwk.of(Keys.ec(Curve.P256).getPublic())));

    assertThat(data.primary(ProtocolVersion.V0_2_0, "x")).isEqualTo(data.device());
    assertThat(data.primary(ProtocolVersion.V0_3_0, "x")).isNotEqualTo(data.device());
  }

  private static List<Json> array(String path) throws Exception {
    return Json.parse(Bytes.of(Vectors.bytes(path)), JsonLimits.MESSAGE).asArray("cases");
  }
}
