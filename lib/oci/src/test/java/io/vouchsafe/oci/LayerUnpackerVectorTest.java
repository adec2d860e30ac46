package io.vouchsafe.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayerUnpackerVectorTest {
  @TempDir Path folder;

  private final Map<String, Integer> owners = new HashMap<>();

  /// Remembers owners, which tests without privileges cannot set.
  private FileMetadata recording() {
    FileMetadata nothing = FileMetadata.unprivileged();
    return new FileMetadata() {
      @Override
      public void owner(Path path, int uid, int gid) {
        owners.put(path.getFileName().toString(), uid);
      }

      @Override
      public void xattr(Path path, String name, Bytes value) throws IOException {
        nothing.xattr(path, name, value);
      }

      @Override
      public void node(Path path, Node node) throws IOException {
        nothing.node(path, node);
      }
    };
  }

  private Path unpack(String name, LayerKeys keys) throws Exception {
    OciLayout layout = VectorImages.layout(name);
    Path root = folder.resolve("root");
    new LayerUnpacker(UnpackLimits.DEFAULT, recording())
        .unpack(VectorImages.image(layout), layout, keys, root);
    return root;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain-gzip",
        "plain-tar",
        "enc-jwe-rsa",
        "enc-jwe-ec",
        "enc-jwe-two-recipients",
        "enc-jwe-last-layer-only",
        "enc-jwe-rsa-tar",
        "enc-kp-optsdigest-before-compression",
        "enc-kp-gcm",
        "enc-kp-ctr",
        "enc-kp-tar",
        "enc-kp-last-layer-only",
        "enc-kp-v2packet",
        "enc-kp-and-jwe",
        "odd-provider-name",
        "odd-two-packets"
      })
  void vector_withItsKeys_unpacksToTheExpectedRoot(String name) throws Exception {
    Path root = unpack(name, VectorImages.allKeys());

    Json.Obj expected =
        Json.parseObject(
            Bytes.of(Vectors.bytes(VectorImages.BASE + "images/expected-plain.json")),
            JsonLimits.MESSAGE);
    for (var entry : expected.object("rootfs").members().entrySet()) {
      assertEntry(root, entry.getKey(), entry.getValue());
    }
    assertThat(folder.resolve(".root.partial")).doesNotExist();
  }

  private void assertEntry(Path root, String name, Json expected) throws Exception {
    Path path = root.resolve(name.substring(1));
    if (expected instanceof Json.Str(String text)) {
      if (text.equals("absent")) {
        assertThat(Files.exists(path, LinkOption.NOFOLLOW_LINKS)).as(name).isFalse();
      } else if (text.startsWith("hardlink to ")) {
        Path other = root.resolve(text.substring("hardlink to /".length()));
        assertThat(Files.isSameFile(path, other)).as(name).isTrue();
      } else {
        assertThat("symlink -> " + Files.readSymbolicLink(path)).isEqualTo(text);
      }
      return;
    }
    Json.Obj members = (Json.Obj) expected;
    if (members.get("sha256").isPresent()) {
      Digest digest = Digest.sha256(Bytes.of(Files.readAllBytes(path)));
      assertThat(digest.hex()).as(name).isEqualTo(members.string("sha256"));
    }
    if (members.get("mode").isPresent()) {
      int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
      assertThat(mode).as(name).isEqualTo(Integer.parseInt(members.string("mode"), 8));
    }
    if (members.get("nlink").isPresent()) {
      assertThat((int) Files.getAttribute(path, "unix:nlink")).isEqualTo(2);
    }
    if (members.get("uid").isPresent()) {
      assertThat(owners.get(path.getFileName().toString()))
          .as(name)
          .isEqualTo((int) members.integer("uid"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "neg-ciphertext-flip, HMAC_MISMATCH",
    "neg-hmac-flip, HMAC_MISMATCH",
    "neg-unknown-cipher, UNSUPPORTED_ALGORITHM",
    "neg-no-pubopts, LAYER_ENCRYPTION_INVALID",
    "neg-wrapped-flip, LAYER_KEY_UNAVAILABLE",
    "neg-no-keys, LAYER_ENCRYPTION_INVALID",
    "neg-mediatype-stripped, MALFORMED",
    "neg-diffid-swapped, DIFF_ID_MISMATCH",
    "neg-blob-digest, DIGEST_MISMATCH",
    "neg-tar-abs, UNSAFE_PATH",
    "neg-tar-dotdot, UNSAFE_PATH",
    "neg-tar-hardlink-out, UNSAFE_PATH",
    "neg-tar-symlink-out, UNSAFE_PATH",
    "enc-pkcs7, LAYER_KEY_UNAVAILABLE",
    "enc-pgp, LAYER_KEY_UNAVAILABLE",
  })
  void badVector_isRefusedAndLeavesNothing(String name, Code code) throws Exception {
    LayerKeys keys = VectorImages.allKeys();

    assertThatThrownBy(() -> unpack(name, keys))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));

    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void counterModePacket_withoutPermission_isNotOpened() throws Exception {
    LayerKeys keys = KeyPacket.opener(VectorImages.keks());

    assertThatThrownBy(() -> unpack("enc-kp-ctr", keys))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.code()).isEqualTo(Code.LAYER_KEY_UNAVAILABLE));
  }
}
