package io.vouchsafe.trust.collateral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.dcap.CollateralSource;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CollateralBundleTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final Duration MONTH = Duration.ofDays(30);
  private static final KeyPair KEY = key("secp256r1");

  static KeyPair key(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static CollateralDocument document(String key, String body) {
    try {
      return new CollateralDocument(
          CollateralKey.parse(key), Bytes.utf8(body), Bytes.utf8("issuers"), NOW, "a test");
    } catch (FormatException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static List<CollateralDocument> documents() {
    return List.of(
        document("intel/tcb/tdx/90c06f000000/standard", "info"),
        document("intel/identity/tdx/standard", "identity"),
        document("intel/rootcrl", "root"),
        document("intel/pckcrl/platform", "pck"));
  }

  private static Bytes bundle() {
    return CollateralBundle.write(documents(), KEY, NOW, MONTH);
  }

  private static Code refusal(Bytes file, Instant at, KeyPair... trusted) {
    try {
      CollateralBundle.read(file, List.of(trusted).stream().map(KeyPair::getPublic).toList(), at);
      throw new AssertionError("was read");
    } catch (RefusedException e) {
      return e.code();
    }
  }

  private static Json.Obj parse(Bytes file) throws FormatException {
    return Json.parseObject(file, JsonLimits.MESSAGE);
  }

  private static Json.Obj payload(Bytes file) throws FormatException {
    return parse(Bytes.fromBase64(parse(file).string("payload")));
  }

  /// A bundle with another payload, signed as it should be.
  private static Bytes signed(Json.Obj payload, KeyPair key) throws Exception {
    Bytes content = Bytes.utf8(payload.canonical());
    String type = parse(bundle()).string("payloadType");
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(key.getPrivate());
    signature.update(
        Bytes.utf8("DSSEv1 %d %s %d ".formatted(type.length(), type, content.size()))
            .concat(content)
            .toByteArray());
    return Bytes.utf8(
        Json.object()
            .put("payloadType", type)
            .put("payload", content.base64())
            .put(
                "signatures",
                Json.array(
                    Json.object()
                        .put("keyid", CollateralBundle.keyId(key.getPublic()))
                        .put("sig", Bytes.of(signature.sign()).base64())
                        .build()))
            .build()
            .compact());
  }

  @Test
  void bundle_ofANamedKey_givesItsDocuments() throws Exception {
    CollateralBundle read =
        CollateralBundle.read(
            bundle(), List.of(key("secp384r1").getPublic(), KEY.getPublic()), NOW);

    assertThat(read.documents()).containsExactlyInAnyOrderElementsOf(documents());
    assertThat(read.created()).isEqualTo(NOW);
    assertThat(read.expires()).isEqualTo(NOW.plus(MONTH));
    assertThat(read.signer()).isEqualTo(CollateralBundle.keyId(KEY.getPublic()));
  }

  @Test
  void bundle_asSource_answersForItsPlatformOnly() throws Exception {
    CollateralBundle read = CollateralBundle.read(bundle(), List.of(KEY.getPublic()), NOW);
    Bytes fmspc = Bytes.fromHex("90c06f000000");

    var found = read.collateral(new CollateralSource.Platform(TeeKind.TDX, fmspc, true));
    assertThat(found.orElseThrow().tcbInfo()).isEqualTo(Bytes.utf8("info"));
    assertThat(found.orElseThrow().rootCrl()).isEqualTo(Bytes.utf8("root"));
    assertThat(read.collateral(new CollateralSource.Platform(TeeKind.TDX, fmspc, false))).isEmpty();
    assertThat(read.collateral(new CollateralSource.Platform(TeeKind.SGX, fmspc, true))).isEmpty();
  }

  @Test
  void payload_ofTheSameDocuments_isTheSame() throws Exception {
    Bytes other = CollateralBundle.write(documents().reversed(), key("secp256r1"), NOW, MONTH);
    assertThat(parse(other).string("payload")).isEqualTo(parse(bundle()).string("payload"));
  }

  @Test
  void bundle_ofAnotherKey_isRefused() {
    assertThat(refusal(bundle(), NOW, key("secp256r1"))).isEqualTo(Code.BUNDLE_SIGNER_UNTRUSTED);
    assertThat(refusal(bundle(), NOW)).isEqualTo(Code.BUNDLE_SIGNER_UNTRUSTED);
  }

  @Test
  void bundle_thatNamesATrustedKeyButIsSignedByAnother_isRefused() throws Exception {
    Bytes forged = signed(payload(bundle()), key("secp256r1"));
    String own = CollateralBundle.keyId(KEY.getPublic());
    Json.Obj signature = parse(forged).array("signatures").getFirst().asObject("signature");
    Json.Obj claiming =
        parse(forged).with("signatures", Json.array(signature.with("keyid", Json.of(own))));
    assertThat(refusal(Bytes.utf8(claiming.compact()), NOW, KEY)).isEqualTo(Code.SIGNATURE_INVALID);
  }

  @Test
  void bundle_withAnyByteOfThePayloadChanged_isRefused() throws Exception {
    byte[] payload = Bytes.fromBase64(parse(bundle()).string("payload")).toByteArray();
    for (int i = 0; i < payload.length; i += 37) {
      byte[] changed = payload.clone();
      changed[i] ^= 1;
      Json.Obj file = parse(bundle()).with("payload", Json.of(Bytes.of(changed).base64()));
      assertThat(refusal(Bytes.utf8(file.compact()), NOW, KEY)).isEqualTo(Code.SIGNATURE_INVALID);
    }
  }

  @Test
  void bundle_ofAnotherType_isRefused() throws Exception {
    Json.Obj file = parse(bundle()).with("payloadType", Json.of("application/json"));
    assertThat(refusal(Bytes.utf8(file.compact()), NOW, KEY)).isEqualTo(Code.UNSUPPORTED_VERSION);
  }

  @Test
  void bundle_afterItsAge_isRefused() {
    assertThat(refusal(bundle(), NOW.plus(MONTH).plusSeconds(1), KEY))
        .isEqualTo(Code.COLLATERAL_EXPIRED);
  }

  @Test
  void bundle_ofTheFuture_isRefused() {
    assertThat(refusal(bundle(), NOW.minus(Duration.ofMinutes(6)), KEY))
        .isEqualTo(Code.COLLATERAL_NOT_YET_VALID);
  }

  @Test
  void bundle_withADocumentTwice_isRefused() throws Exception {
    Json.Obj payload = payload(bundle());
    Json first = payload.array("documents").getFirst();
    Bytes file = signed(payload.with("documents", Json.array(first, first)), KEY);
    assertThat(refusal(file, NOW, KEY)).isEqualTo(Code.COLLATERAL_DUPLICATE);
  }

  @Test
  void bundle_withATooLongDocument_isRefused() throws Exception {
    Bytes body = Bytes.zeros(CollateralDocument.MAX_BODY + 1);
    CollateralDocument large =
        new CollateralDocument(new CollateralKey.RootList(), body, Bytes.EMPTY, NOW, "a test");
    Bytes file = CollateralBundle.write(List.of(large), KEY, NOW, MONTH);
    assertThat(refusal(file, NOW, KEY)).isEqualTo(Code.OVERSIZED);
  }

  @Test
  void bundle_thatIsTooLong_isRefused() {
    Bytes file = Bytes.zeros(CollateralBundle.MAX_SIZE + 1);
    assertThat(refusal(file, NOW, KEY)).isEqualTo(Code.OVERSIZED);
  }

  @Test
  void bundle_withAnUnboundedAge_isRefused() throws Exception {
    Json.Obj payload = payload(bundle());
    for (long age : new long[] {0, -1, Duration.ofDays(367).toSeconds(), Long.MAX_VALUE}) {
      Bytes file = signed(payload.with("maxAge", Json.of(age)), KEY);
      assertThat(refusal(file, NOW, KEY)).isEqualTo(Code.MALFORMED);
    }
  }

  @Test
  void bundle_cutAnywhere_isRefused() {
    Bytes file = bundle();
    for (int length = 0; length < file.size() - 1; length += 61) {
      assertThat(refusal(file.slice(0, length), NOW, KEY)).isEqualTo(Code.MALFORMED);
    }
  }

  @Test
  void write_ofTwoDocumentsOfOneKey_fails() {
    List<CollateralDocument> twice =
        List.of(document("intel/rootcrl", "one"), document("intel/rootcrl", "two"));
    assertThatThrownBy(() -> CollateralBundle.write(twice, KEY, NOW, MONTH))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void write_withoutEnd_fails() {
    assertThatThrownBy(() -> CollateralBundle.write(documents(), KEY, NOW, Duration.ofDays(1000)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
