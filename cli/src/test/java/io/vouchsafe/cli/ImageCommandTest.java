package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageCommandTest {
  private static final String NAME = "registry.example/team/app";

  @TempDir private Path folder;

  private String plain = "";
  private String sealed = "";
  private Path kek = Path.of("");
  private Path keys = Path.of("");

  @BeforeEach
  void makeImageAndKeys() throws Exception {
    Path busybox = Files.write(folder.resolve("busybox"), new byte[4096]);
    DemoImage.write(folder.resolve("plain"), busybox);
    plain = "oci:" + folder.resolve("plain") + ":" + DemoImage.TAG;
    sealed = "oci:" + folder.resolve("sealed") + ":demo";
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) 7);
    kek = Files.write(folder.resolve("kek"), key);
    keys = folder.resolve("keys");
    ImageKeys.openOrCreate(keys, "signer");
  }

  private Cli.Outcome image(String... words) {
    String[] all = new String[words.length + 1];
    all[0] = "image";
    System.arraycopy(words, 0, all, 1, words.length);
    return new Cli(folder.resolve("home")).run(all);
  }

  private String recipient(Path key) {
    return "kek:kbs:///default/key/app=" + key;
  }

  private Cli.Outcome encrypt() {
    return image("encrypt", plain, sealed, "--recipient", recipient(kek), "--json");
  }

  private void leavesNothingBehind() throws IOException {
    Path scratch = folder.resolve("home/images");
    if (Files.exists(scratch)) {
      try (Stream<Path> files = Files.list(scratch)) {
        assertThat(files).isEmpty();
      }
    }
  }

  @Test
  void inspect_plainImage_saysWhatItIs() throws FormatException {
    Cli.Outcome outcome = image("inspect", plain, "--json");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.json().members().keySet()).contains("digest", "layers");
    assertThat(image("inspect", plain).out()).contains("layers:");
  }

  @Test
  void encrypt_thenDecrypt_givesTheLayersBack() throws Exception {
    Cli.Outcome encrypted = encrypt();
    assertThat(encrypted.status()).as(encrypted.err()).isZero();
    assertThat(encrypted.json().members()).isNotEmpty();
    assertThat(image("inspect", sealed).out()).contains("+encrypted");
    String back = "oci:" + folder.resolve("back") + ":demo";
    Cli.Outcome decrypted = image("decrypt", sealed, back, "--key", recipient(kek));
    assertThat(decrypted.status()).as(decrypted.err()).isZero();
    assertThat(layers(back)).isEqualTo(layers(plain));
    leavesNothingBehind();
  }

  private List<Json> layers(String image) throws FormatException {
    return image("inspect", image, "--json").json().array("layers");
  }

  @Test
  void decrypt_withAnotherKey_isRefused() throws IOException {
    assertThat(encrypt().status()).isZero();
    Path other = Files.write(folder.resolve("other"), new byte[32]);
    Cli.Outcome outcome =
        image("decrypt", sealed, "oci:" + folder.resolve("x") + ":x", "--key", recipient(other));
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("refused", "image.layer", "remedy");
    leavesNothingBehind();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "kek:", "kek:kbs:///a/b/c", "jwe:/none", "pgp:x", "kek:x=/none"})
  void encrypt_recipientThatIsNone_failsAndSaysSo(String recipient) {
    Cli.Outcome outcome = image("encrypt", plain, sealed, "--recipient", recipient);
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).isNotBlank().doesNotContain("\tat ");
  }

  @Test
  void encrypt_keyOfAnotherLength_fails() throws IOException {
    Path shorter = Files.write(folder.resolve("short"), new byte[16]);
    Cli.Outcome outcome = image("encrypt", plain, sealed, "--recipient", recipient(shorter));
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("32");
  }

  private Cli.Outcome sign(String image) {
    return image(
        "sign", image, "--key", keys.resolve("signer.key").toString(), "--name", NAME, "--json");
  }

  private Cli.Outcome verify(String image, String name) {
    return image(
        "verify", image, "--key", keys.resolve("signer.pub").toString(), "--name", name, "--json");
  }

  @Test
  void sign_thenVerify_accepts() throws FormatException {
    assertThat(sign(plain).status()).isZero();
    Cli.Outcome outcome = verify(plain, NAME);
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.json().members()).isNotEmpty();
  }

  @Test
  void verify_withoutSignature_isRefused() {
    Cli.Outcome outcome = verify(plain, NAME);
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("SIGNATURE_MISSING");
  }

  @Test
  void verify_signedByAnother_isRefused() throws Exception {
    assertThat(image("sign", plain, "--name", NAME).status()).isZero();
    Cli.Outcome outcome = verify(plain, NAME);
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("SIGNER_UNTRUSTED");
  }

  @Test
  void verify_signedUnderAnotherName_isRefused() {
    assertThat(sign(plain).status()).isZero();
    Cli.Outcome outcome = verify(plain, "registry.example/team/other");
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("SIGNATURE_IDENTITY_MISMATCH");
  }

  @Test
  void verify_withNeitherKeyNorPolicy_isRefused() {
    Cli.Outcome outcome = image("verify", plain, "--name", NAME);
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("--key or --policy");
  }

  @Test
  void verify_policyThatRejects_isRefused() throws IOException {
    Path policy =
        Files.writeString(folder.resolve("policy.json"), "{\"default\":[{\"type\":\"reject\"}]}");
    Cli.Outcome outcome = image("verify", plain, "--policy", policy.toString(), "--name", NAME);
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("IMAGE_POLICY_REJECTS");
  }

  @Test
  void sign_layoutWithoutName_saysThatOneIsNeeded() {
    Cli.Outcome outcome = image("sign", plain);
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("--name is needed");
  }

  @Test
  void copy_toArchiveAndBack_keepsTheDigest() throws Exception {
    String archive = "oci-archive:" + folder.resolve("image.tar") + ":demo";
    assertThat(image("copy", plain, archive).status()).isZero();
    String back = "oci:" + folder.resolve("back") + ":demo";
    assertThat(image("copy", archive, back).status()).isZero();
    assertThat(image("inspect", back, "--json").json().string("digest"))
        .isEqualTo(image("inspect", plain, "--json").json().string("digest"));
    leavesNothingBehind();
  }

  @Test
  void copy_blobThatWasChanged_isRefused() throws Exception {
    Path blobs = folder.resolve("plain/blobs/sha256");
    try (Stream<Path> files = Files.list(blobs)) {
      Path largest =
          files.max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length())).orElseThrow();
      byte[] content = Files.readAllBytes(largest);
      content[content.length / 2] ^= 1;
      Files.write(largest, content);
    }
    Cli.Outcome outcome = image("copy", plain, "oci:" + folder.resolve("x") + ":x");
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("DIGEST_MISMATCH", "remedy");
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci:/none:x", "oci-archive:/none", "docker-archive:/none"})
  void inspect_imageThatIsNotThere_failsInOneMessage(String image) {
    Cli.Outcome outcome = image("inspect", image);
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).isNotBlank().doesNotContain("\tat ");
  }

  @Test
  void inspect_tagThatIsNotThere_isRefused() {
    Cli.Outcome outcome = image("inspect", "oci:" + folder.resolve("plain") + ":other");
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("MANIFEST_UNKNOWN");
  }
}
