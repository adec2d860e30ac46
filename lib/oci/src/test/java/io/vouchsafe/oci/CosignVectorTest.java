package io.vouchsafe.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class CosignVectorTest {
  private static final String BASE = VectorImages.BASE + "signatures/";

  private static final Map<String, Code> CODES =
      Map.of(
          "neg-identity-matchRepository", Code.SIGNATURE_IDENTITY_MISMATCH,
          "neg-wrong-key", Code.SIGNER_UNTRUSTED,
          "neg-wrong-digest", Code.SIGNATURE_IDENTITY_MISMATCH,
          "neg-no-annotation", Code.SIGNATURE_MISSING,
          "neg-garbage-annotation", Code.SIGNER_UNTRUSTED,
          "neg-mediatype", Code.SIGNATURE_MISSING,
          "neg-payload-blob-changed", Code.SIGNATURE_MISSING,
          "neg-type", Code.SIGNATURE_INVALID,
          "neg-empty", Code.SIGNATURE_MISSING);

  @TestFactory
  Stream<DynamicTest> cosignCase_hasItsOutcome() throws Exception {
    List<Json> cases =
        Json.parse(Bytes.of(Vectors.bytes(BASE + "cosign/cases.json")), JsonLimits.MESSAGE)
            .asArray("cases");
    return cases.stream()
        .map(Json.Obj.class::cast)
        .map(one ->
            DynamicTest.dynamicTest(
                one.get("layout").orElseThrow().toString(), () -> runCase(one)));
  }

  private static void runCase(Json.Obj one) throws Exception {
    String layout = one.string("layout");
    boolean accept = one.string("expect").startsWith("accept");

    Optional<Code> refused = judge(one);

    assertThat(refused)
        .as(one.string("why"))
        .isEqualTo(accept ? Optional.empty() : Optional.of(CODES.get(layout)));
  }

  private static Optional<Code> judge(Json.Obj one) throws Exception {
    Bytes pem = Bytes.of(Vectors.bytes(BASE + "keys/" + one.string("key")));
    Json.ObjBuilder requirement =
        Json.object().put("type", "sigstoreSigned").put("keyData", pem.base64());
    requirement.putIf("signedIdentity", one.present("signedIdentity"));
    Json policy = Json.object().put("default", Json.array((Json) requirement.build())).build();
    OciLayout signatures = OciLayout.open(Vectors.path(BASE + "cosign/" + one.string("layout")));
    OciLayout images = VectorImages.layout("plain-gzip");
    Image image = Image.load(images, one.string("manifest_digest"), Platform.LINUX_AMD64);
    try {
      ImagePolicy.parse(policy.utf8())
          .verify(
              ImageName.parse(one.string("image_reference")),
              image,
              signatures,
              CosignVectorTest::noKeys,
              new Checklist());
      return Optional.empty();
    } catch (RefusedException e) {
      return Optional.of(e.code());
    }
  }

  private static Bytes noKeys(String path) throws IOException {
    throw new IOException("no keys by path: " + path);
  }
}
