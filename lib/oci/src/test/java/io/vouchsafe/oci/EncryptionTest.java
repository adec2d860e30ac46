package io.vouchsafe.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncryptionTest {
  private static final String KID = "kbs:///default/image-kek/one";

  @TempDir Path folder;
  private final SecureRandom random = new SecureRandom();
  private OciLayout plain;
  private OciLayout sealed;

  @BeforeEach
  void image() throws Exception {
    plain =
        Images.layout(
            folder.resolve("plain"),
            Tars.tar().file("a", "secret ".repeat(50_000)).bytes(),
            Tars.tar().file("b", "x").bytes());
    sealed = OciLayout.create(folder.resolve("sealed"));
  }

  private static SecretBytes kek(int fill) {
    byte[] key = new byte[KeyPacket.KEK_LENGTH];
    java.util.Arrays.fill(key, (byte) fill);
    return SecretBytes.take(key);
  }

  private static LayerKeys keks(int fill) {
    return KeyPacket.opener(kid -> kid.equals(KID) ? Optional.of(kek(fill)) : Optional.empty());
  }

  private Image encrypt(LayerRecipient... recipients) throws Exception {
    ImageSource.RawManifest manifest =
        new ImageEncryptor(List.of(recipients), random, Progress.none())
            .encrypt(Images.load(plain), plain, sealed);
    sealed.tag("v1", manifest);
    return Images.load(sealed);
  }

  private Path unpack(Image image, LayerKeys keys) throws Exception {
    Path root = folder.resolve("root");
    new LayerUnpacker(UnpackLimits.DEFAULT, FileMetadata.unprivileged())
        .unpack(image, sealed, keys, root);
    return root;
  }

  private void assertRefused(Code code, Image image, LayerKeys keys) {
    assertThatThrownBy(() -> unpack(image, keys))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
    assertThat(folder.resolve("root")).doesNotExist();
  }

  @Test
  void encryptedImage_withTheKek_unpacks() throws Exception {
    Image image = encrypt(new LayerRecipient.Kek(KID, kek(1)));

    assertThat(image.manifest().layers())
        .allSatisfy(layer ->
            assertThat(layer.mediaType())
                .isEqualTo("application/vnd.oci.image.layer.v1.tar+gzip+encrypted"));
    assertThat(unpack(image, keks(1)).resolve("b")).hasContent("x");
    assertThat(KeyPacket.kids(image.manifest().layers().getFirst())).containsExactly(KID);
  }

  @Test
  void encryptedImage_decrypted_isTheSameImage() throws Exception {
    Image image = encrypt(new LayerRecipient.Kek(KID, kek(1)));
    OciLayout back = OciLayout.create(folder.resolve("back"));

    ImageSource.RawManifest manifest =
        new ImageDecryptor(keks(1), Progress.none()).decrypt(image, sealed, back);

    back.tag("v1", manifest);
    Image again = Images.load(back);
    assertThat(again.isEncrypted()).isFalse();
    assertThat(again.manifest().layers())
        .allSatisfy(layer -> assertThat(layer.annotations()).isEmpty());
    assertThat(again.config().diffIds()).isEqualTo(Images.load(plain).config().diffIds());
  }

  @Test
  void encryptedTwice_hasNoCiphertextInCommon() throws Exception {
    Image one = encrypt(new LayerRecipient.Kek(KID, kek(1)));
    Image two = encrypt(new LayerRecipient.Kek(KID, kek(1)));

    assertThat(one.manifest().layers().getFirst().digest())
        .isNotEqualTo(two.manifest().layers().getFirst().digest());
  }

  @Test
  void wrongOrNoKey_isRefused() throws Exception {
    Image image = encrypt(new LayerRecipient.Kek(KID, kek(1)));

    assertRefused(Code.LAYER_KEY_UNAVAILABLE, image, keks(2));
    assertRefused(Code.LAYER_KEY_UNAVAILABLE, image, LayerKeys.none());
  }

  @Test
  void keySource_thatRefuses_isWhatTheCallerSees() throws Exception {
    Image image = encrypt(new LayerRecipient.Kek(KID, kek(1)));
    LayerKeys refusing =
        KeyPacket.opener(_ -> {
          throw new RefusedException(
              ImageCheck.POLICY, Code.IMAGE_POLICY_REJECTS, "another", "this");
        });

    assertRefused(Code.IMAGE_POLICY_REJECTS, image, refusing);
  }

  @ParameterizedTest
  @CsvSource({"RSA, 2048", "EC, 256", "EC, 384", "EC, 521"})
  void jweRecipient_opensWithItsPrivateKey(String algorithm, int bits) throws Exception {
    KeyPair pair = pair(algorithm, bits);

    Image image = encrypt(new LayerRecipient.Jwe(List.of(pair.getPublic())));

    assertThat(unpack(image, Jwe.opener(List.of(pair.getPrivate()))).resolve("b")).hasContent("x");
  }

  private static KeyPair pair(String algorithm, int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  @Test
  void severalRecipients_eachOpens() throws Exception {
    KeyPair rsa = pair("RSA", 2048);
    KeyPair ec = pair("EC", 256);
    KeyPair other = pair("EC", 256);
    SecretBytes secret = SecretBytes.copyOf(new byte[] {1, 2, 3});

    Bytes jwe = Jwe.seal(secret, List.of(rsa.getPublic(), ec.getPublic()), random);

    assertThat(Jwe.open(jwe, List.of(rsa.getPrivate())).orElseThrow().matches(secret)).isTrue();
    assertThat(Jwe.open(jwe, List.of(ec.getPrivate())).orElseThrow().matches(secret)).isTrue();
    assertThat(Jwe.open(jwe, List.of(other.getPrivate()))).isEmpty();
    assertThat(Jwe.open(jwe, List.of())).isEmpty();
  }

  @Test
  void jwe_withAnyMemberChanged_doesNotOpen() throws Exception {
    KeyPair ec = pair("EC", 256);
    Bytes jwe = Jwe.seal(SecretBytes.copyOf(new byte[] {1, 2, 3}), List.of(ec.getPublic()), random);
    Json.Obj json = Json.parseObject(jwe, JsonLimits.MESSAGE);
    for (String member : json.members().keySet()) {
      byte[] raw = Bytes.fromBase64Url(json.string(member)).toByteArray();
      raw[raw.length / 2] ^= 1;
      Json.Obj changed = json.with(member, Json.of(Bytes.of(raw).base64Url()));

      assertThat(Jwe.open(changed.utf8(), List.of(ec.getPrivate()))).as(member).isEmpty();
      assertThat(Jwe.open(json.without(member).utf8(), List.of(ec.getPrivate())))
          .as(member)
          .isEmpty();
    }
  }

  @Test
  void jwe_withCriticalHeader_doesNotOpen() throws Exception {
    KeyPair rsa = pair("RSA", 2048);
    Bytes jwe = Jwe.seal(SecretBytes.copyOf(new byte[] {1}), List.of(rsa.getPublic()), random);
    Json.Obj json = Json.parseObject(jwe, JsonLimits.MESSAGE);
    Json.Obj header =
        Json.parseObject(Bytes.fromBase64Url(json.string("protected")), JsonLimits.MESSAGE)
            .with("crit", Json.strings(List.of("exp")));
    Json.Obj changed = json.with("protected", Json.of(header.utf8().base64Url()));

    assertThat(Jwe.open(changed.utf8(), List.of(rsa.getPrivate()))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"RSA, 1024", "Ed25519, 255"})
  void recipient_withAnUnusableKey_isRefused(String algorithm, int bits) throws Exception {
    KeyPair pair = pair(algorithm, bits);

    assertThatThrownBy(() -> encrypt(new LayerRecipient.Jwe(List.of(pair.getPublic()))))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.code()).isEqualTo(Code.UNSUPPORTED_ALGORITHM));
  }

  @Test
  void nonceInPublicOptions_isRefused() throws Exception {
    Image image = encrypt(new LayerRecipient.Kek(KID, kek(1)));
    Json.Obj options = publicOptions(image);
    Json.Obj nonce = Json.object().put("nonce", Bytes.zeros(16).base64()).build();

    assertRefused(
        Code.LAYER_ENCRYPTION_INVALID,
        withPublicOptions(image, options.with("cipheroptions", nonce)),
        keks(1));
  }

  @Test
  void publicOptions_thatAreIncomplete_areRefused() throws Exception {
    Image image = encrypt(new LayerRecipient.Kek(KID, kek(1)));
    Json.Obj options = publicOptions(image);

    assertRefused(
        Code.LAYER_ENCRYPTION_INVALID, withPublicOptions(image, options.without("hmac")), keks(1));
    assertRefused(
        Code.LAYER_ENCRYPTION_INVALID,
        withPublicOptions(image, options.without("cipher")),
        keks(1));
    assertRefused(
        Code.LAYER_ENCRYPTION_INVALID,
        withPublicOptions(image, options.with("hmac", Json.of("AAAA"))),
        keks(1));
    assertRefused(
        Code.HMAC_MISMATCH,
        withPublicOptions(image, options.with("hmac", Json.of(Bytes.zeros(32).base64()))),
        keks(1));
  }

  private static Json.Obj publicOptions(Image image) throws Exception {
    String text =
        image.manifest().layers().getFirst().annotations().get(LayerCipher.PUBLIC_OPTIONS);
    return Json.parseObject(Bytes.fromBase64(text), JsonLimits.MESSAGE);
  }

  private static Image withPublicOptions(Image image, Json.Obj options) {
    Descriptor first = image.manifest().layers().getFirst();
    Map<String, String> annotations = new HashMap<>(first.annotations());
    annotations.put(LayerCipher.PUBLIC_OPTIONS, options.utf8().base64());
    Manifest manifest =
        image
            .manifest()
            .with(
                image.manifest().config(),
                List.of(first.withAnnotations(annotations), image.manifest().layers().get(1)));
    return new Image(
        image.descriptor(), image.index(), manifest.encode(), manifest, image.config());
  }

  @Test
  void privateOptions_roundTrip() throws Exception {
    LayerKey key = new LayerKey(kek(7), Bytes.zeros(16));

    LayerKey again = LayerKey.parse(key.encode(Digest.sha256(Bytes.EMPTY)));

    assertThat(again.key().matches(kek(7))).isTrue();
    assertThat(again.nonce()).isEqualTo(Bytes.zeros(16));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}",
        "[]",
        "{\"symkey\":\"AAAA\",\"cipheroptions\":{\"nonce\":\"AAAAAAAAAAAAAAAAAAAAAA==\"}}",
        "{\"symkey\":1,\"cipheroptions\":{\"nonce\":\"AAAAAAAAAAAAAAAAAAAAAA==\"}}",
        "{\"symkey\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}",
        "{\"symkey\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"cipheroptions\":{}}",
        "{\"symkey\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"cipheroptions\":{\"nonce\":\"AA==\"}}",
        "{\"symkey\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"symkey\":\"\",\"cipheroptions\":{\"nonce\":\"AAAAAAAAAAAAAAAAAAAAAA==\"}}",
        "{\"symkey\":\"AAAA",
        "{\"symkey",
      })
  void privateOptions_thatAreIncomplete_areRefused(String text) {
    assertThatThrownBy(() ->
            LayerKey.parse(
                SecretBytes.take(text.getBytes(java.nio.charset.StandardCharsets.UTF_8))))
        .isInstanceOf(io.vouchsafe.encoding.FormatException.class);
  }
}
