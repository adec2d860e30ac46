package io.vouchsafe.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.oci.FileMetadata;
import io.vouchsafe.oci.Image;
import io.vouchsafe.oci.ImageName;
import io.vouchsafe.oci.ImagePolicy;
import io.vouchsafe.oci.ImageReference;
import io.vouchsafe.oci.LayerUnpacker;
import io.vouchsafe.oci.OciLayout;
import io.vouchsafe.oci.Platform;
import io.vouchsafe.oci.Progress;
import io.vouchsafe.oci.SignerKey;
import io.vouchsafe.oci.UnpackLimits;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The other tool reads what we write, and we read what it writes.
class SkopeoIT {
  @TempDir Path folder;
  private Path plain;

  @BeforeEach
  void tool() throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is not installed");
    plain = Vectors.path("guest-components/generated/images/plain-gzip");
  }

  private static void skopeo(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("/usr/bin/skopeo", "--insecure-policy"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(240, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }

  private interface Work {
    void with(ImageCopy images) throws Exception;
  }

  private void images(RegistryOptions options, Work work) throws Exception {
    try (RegistryClient client = RegistryClient.create(options)) {
      work.with(
          new ImageCopy(
              new ImagePlaces(client, folder),
              Platform.LINUX_AMD64,
              new SecureRandom(),
              Progress.none()));
    }
  }

  private void images(Work work) throws Exception {
    images(RegistryOptions.DEFAULT, work);
  }

  private static ImageReference reference(String text) throws Exception {
    return ImageReference.parse(text);
  }

  private record Keys(Path publicKey, Path privateKey) {}

  private Keys keys(String name, String algorithm, int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(bits);
    KeyPair pair = generator.generateKeyPair();
    return new Keys(
        Files.writeString(
            folder.resolve(name + ".pub"),
            Pem.encode("PUBLIC KEY", Bytes.of(pair.getPublic().getEncoded()))),
        Files.writeString(
            folder.resolve(name + ".key"),
            Pem.encode("PRIVATE KEY", Bytes.of(pair.getPrivate().getEncoded()))));
  }

  private void assertUnpacks(Path layout, String tag) throws Exception {
    OciLayout images = OciLayout.open(layout);
    Image image = Image.load(images, tag, Platform.LINUX_AMD64);
    Path root = folder.resolve("root");
    new LayerUnpacker(UnpackLimits.DEFAULT, FileMetadata.unprivileged())
        .unpack(image, images, ImageKeyFiles.keys(List.of()), root);
    assertThat(root.resolve("etc/hello.txt")).exists();
  }

  @ParameterizedTest
  @CsvSource({"RSA, 2048", "EC, 256", "EC, 384", "EC, 521"})
  void imageThatWeEncrypt_isDecryptedBySkopeo(String algorithm, int bits) throws Exception {
    Keys keys = keys("one", algorithm, bits);
    Path sealed = folder.resolve("sealed");
    images(images ->
        images.encrypt(
            reference("oci:" + plain + ":v1"),
            reference("oci:" + sealed + ":v1"),
            ImageKeyFiles.recipients(List.of("jwe:" + keys.publicKey))));

    Path open = folder.resolve("open");
    skopeo(
        "copy",
        "--decryption-key",
        keys.privateKey.toString(),
        "oci:" + sealed + ":v1",
        "oci:" + open + ":v1");

    assertUnpacks(open, "v1");
  }

  @Test
  void imageThatWeEncryptForTwo_isDecryptedBySkopeoForTheSecond() throws Exception {
    Keys one = keys("one", "RSA", 2048);
    Keys two = keys("two", "EC", 256);
    Path sealed = folder.resolve("sealed");
    images(images ->
        images.encrypt(
            reference("oci:" + plain + ":v1"),
            reference("oci:" + sealed + ":v1"),
            ImageKeyFiles.recipients(List.of("jwe:" + one.publicKey, "jwe:" + two.publicKey))));

    Path open = folder.resolve("open");
    skopeo(
        "copy",
        "--decryption-key",
        two.privateKey.toString(),
        "oci:" + sealed + ":v1",
        "oci:" + open + ":v1");

    assertUnpacks(open, "v1");
  }

  @ParameterizedTest
  @CsvSource({"RSA, 2048", "EC, 256", "EC, 384", "EC, 521"})
  void imageThatSkopeoEncrypts_isDecryptedByUs(String algorithm, int bits) throws Exception {
    Keys keys = keys("one", algorithm, bits);
    Path sealed = folder.resolve("sealed");
    skopeo(
        "copy",
        "--encryption-key",
        "jwe:" + keys.publicKey,
        "oci:" + plain + ":v1",
        "oci:" + sealed + ":v1");

    Path open = folder.resolve("open");
    images(images ->
        images.decrypt(
            reference("oci:" + sealed + ":v1"),
            reference("oci:" + open + ":v1"),
            ImageKeyFiles.keys(List.of(keys.privateKey.toString()))));

    assertUnpacks(open, "v1");
  }

  @ParameterizedTest
  @CsvSource({"docker-archive:", "oci-archive:"})
  void archiveOfSkopeo_isReadByUs_andOursBySkopeo(String kind) throws Exception {
    String theirs = kind + folder.resolve("theirs.tar") + ":team/app:v1";
    skopeo("copy", "oci:" + plain + ":v1", theirs);
    Path between = folder.resolve("between");
    String ours = kind + folder.resolve("ours.tar") + ":team/app:v1";
    images(images -> {
      images.copy(
          reference(kind + folder.resolve("theirs.tar")), reference("oci:" + between + ":v1"));
      images.copy(reference("oci:" + between + ":v1"), reference(ours));
    });
    assertUnpacks(between, "v1");

    Path open = folder.resolve("open");
    skopeo("copy", ours, "oci:" + open + ":v1");

    Files.move(folder.resolve("root"), folder.resolve("first-root"));
    assertUnpacks(open, "v1");
  }

  @Test
  void imageThatWePush_isPulledBySkopeo_andTheReverse() throws Exception {
    try (DebianRegistry registry = DebianRegistry.start(folder.resolve("registry"))) {
      RegistryOptions options =
          RegistryOptions.DEFAULT.withConfig(RegistryConfig.insecure(List.of(registry.host())));
      String ours = registry.host() + "/ours/app:v1";
      String theirs = registry.host() + "/theirs/app:v1";
      images(options, images -> images.copy(reference("oci:" + plain + ":v1"), reference(ours)));
      Path first = folder.resolve("first");
      skopeo("copy", "--src-tls-verify=false", "docker://" + ours, "oci:" + first + ":v1");
      skopeo("copy", "--dest-tls-verify=false", "oci:" + first + ":v1", "docker://" + theirs);
      Path second = folder.resolve("second");
      images(options, images -> images.copy(reference(theirs), reference("oci:" + second + ":v1")));

      assertUnpacks(second, "v1");
    }
  }

  @Test
  void imageInARealRegistry_signedAndVerified_meetsItsPolicy() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair pair = generator.generateKeyPair();
    SignerKey signer = SignerKey.of(pair.getPublic());
    try (DebianRegistry registry = DebianRegistry.start(folder.resolve("registry"))) {
      RegistryOptions options =
          RegistryOptions.DEFAULT.withConfig(RegistryConfig.insecure(List.of(registry.host())));
      ImageName name = ImageName.parse(registry.host() + "/ours/app:v1");
      ImageReference image = new ImageReference.Registry(name);
      ImagePolicy policy = ImagePolicy.parse(ImagePolicy.signedOnly(name, signer).utf8());
      images(
          options,
          images -> {
            images.copy(reference("oci:" + plain + ":v1"), image);
            assertThatThrownBy(() -> images.verify(image, name, policy, _ -> Bytes.EMPTY))
                .isInstanceOfSatisfying(
                    RefusedException.class,
                    e -> assertThat(e.code()).isEqualTo(Code.SIGNATURE_MISSING));
            images.sign(image, name, pair.getPrivate(), signer);
            assertThat(images.verify(image, name, policy, _ -> Bytes.EMPTY).signers())
                .containsExactly(signer.fingerprint());
            assertThat(images.inspect(image).toJson().compact()).contains("\"signed\":true");
          });
    }
  }
}
