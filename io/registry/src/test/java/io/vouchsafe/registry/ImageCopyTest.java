package io.vouchsafe.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.oci.ImageName;
import io.vouchsafe.oci.ImagePolicy;
import io.vouchsafe.oci.ImageReference;
import io.vouchsafe.oci.Platform;
import io.vouchsafe.oci.Progress;
import io.vouchsafe.oci.SignerKey;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageCopyTest {
  private static final String NAME = "registry.example.test/team/app:v1";

  @TempDir Path folder;
  private Path scratch;
  private RegistryClient client;
  private ImageCopy images;
  private ImageReference plain;

  @BeforeEach
  void open() throws Exception {
    scratch = Files.createDirectory(folder.resolve("scratch"));
    client = RegistryClient.create(RegistryOptions.DEFAULT);
    images =
        new ImageCopy(
            new ImagePlaces(client, scratch),
            Platform.LINUX_AMD64,
            new SecureRandom(),
            Progress.none());
    plain =
        ImageReference.parse(
            "oci:" + Vectors.path("guest-components/generated/images/plain-gzip") + ":v1");
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    client.close();
    try (Stream<Path> left = Files.list(scratch)) {
      assertThat(left).isEmpty();
    }
  }

  private ImageReference place(String text) throws Exception {
    return ImageReference.parse(text.replace("DIR", folder.toString()));
  }

  private Path kek(int length) throws Exception {
    return Files.write(folder.resolve("kek"), new byte[length]);
  }

  @Test
  void copy_keepsTheManifest() throws Exception {
    ImageReport.Written copied = images.copy(plain, place("oci:DIR/copy:v2"));

    assertThat(copied.digest()).isEqualTo(images.inspect(plain).image().descriptor().digest());
    assertThat(images.inspect(place("oci:DIR/copy:v2")).image().raw())
        .isEqualTo(images.inspect(plain).image().raw());
    assertThat(copied.toJson().compact()).contains("\"layers\":2,\"encrypted_layers\":0");
  }

  @Test
  void encryptedImage_throughAnArchive_isDecrypted() throws Exception {
    List<String> key = List.of("kek:kbs:///default/image-kek/one=" + kek(32));

    ImageReport.Written sealed =
        images.encrypt(
            plain, place("oci-archive:DIR/sealed.tar:v1"), ImageKeyFiles.recipients(key));
    images.decrypt(
        place("oci-archive:DIR/sealed.tar"), place("oci:DIR/open"), ImageKeyFiles.keys(key));

    assertThat(sealed.encryptedLayers()).isEqualTo(2);
    assertThat(images.inspect(place("oci-archive:DIR/sealed.tar")).toJson().compact())
        .contains("\"key_ids\":[\"kbs:///default/image-kek/one\"]");
    assertThat(images.inspect(place("oci:DIR/open")).image().isEncrypted()).isFalse();
  }

  @Test
  void decryption_withoutTheKey_leavesNoImage() throws Exception {
    images.encrypt(
        plain,
        place("oci:DIR/sealed:v1"),
        ImageKeyFiles.recipients(List.of("kek:kbs:///default/image-kek/one=" + kek(32))));

    assertThatThrownBy(() ->
            images.decrypt(
                place("oci:DIR/sealed"), place("oci:DIR/open"), ImageKeyFiles.keys(List.of())))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.code()).isEqualTo(Code.LAYER_KEY_UNAVAILABLE));
    assertThatThrownBy(() -> images.inspect(place("oci:DIR/open")))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void signature_isCopiedWithItsImage() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair pair = generator.generateKeyPair();
    SignerKey signer = SignerKey.of(pair.getPublic());
    ImageName name = ImageName.parse(NAME);
    ImagePolicy policy = ImagePolicy.parse(ImagePolicy.signedOnly(name, signer).utf8());
    images.copy(plain, place("oci:DIR/copy:v1"));

    images.sign(place("oci:DIR/copy"), name, pair.getPrivate(), signer);
    images.copy(place("oci:DIR/copy"), place("oci-archive:DIR/copy.tar"));

    ImageReport.Verified verified =
        images.verify(place("oci-archive:DIR/copy.tar"), name, policy, _ -> Bytes.EMPTY);
    assertThat(verified.signers()).containsExactly(signer.fingerprint());
    assertThat(verified.toJson().compact()).contains("\"outcome\":\"PASSED\"");
    assertThatThrownBy(() -> images.verify(plain, name, policy, _ -> Bytes.EMPTY))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.SIGNATURE_MISSING));
    assertThatThrownBy(
            () -> images.sign(place("oci-archive:DIR/copy.tar"), name, pair.getPrivate(), signer))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.REFERENCE_INVALID));
  }

  @Test
  void place_thatCannotBeWritten_isRefused() throws Exception {
    String digest = images.inspect(plain).image().descriptor().digest().toString();

    assertThatThrownBy(() -> images.copy(plain, place("h.example/a@" + digest)))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.REFERENCE_INVALID));
    assertThatThrownBy(() -> images.copy(place("oci:DIR/nothing"), plain))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.MANIFEST_UNKNOWN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FILE",
        "jwe:FILE",
        "kek:FILE",
        "kek:a/b/c=FILE",
        "kek:kbs:///a/b/c=FILE",
        "pgp:x"
      })
  void recipient_thatIsNone_isRefused(String text) throws Exception {
    String recipient = text.replace("FILE", kek(31).toString());

    assertThatThrownBy(() -> ImageKeyFiles.recipients(List.of(recipient)))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void key_thatIsNone_isRefused() throws Exception {
    String file = kek(31).toString();
    Path publicKey =
        Files.writeString(
            folder.resolve("key"), Pem.encode("PUBLIC KEY", Bytes.of((byte) 1, (byte) 2)));

    assertThatThrownBy(() -> ImageKeyFiles.keys(List.of(file))).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> ImageKeyFiles.keys(List.of(publicKey.toString())))
        .isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> ImageKeyFiles.recipients(List.of("jwe:" + publicKey)))
        .isInstanceOf(FormatException.class);
  }
}
