package io.vouchsafe.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
  private static final String DESCRIPTOR =
      "{\"mediaType\":\"m\",\"digest\":\"sha256:"
          + "0".repeat(64)
          + "\",\"size\":1,\"annotations\":{\"k\":\"v\"},\"x-more\":[1]}";

  @TempDir Path folder;

  private static Bytes manifest(String members) {
    return Bytes.utf8(
        "{\"schemaVersion\":2,\"config\":" + DESCRIPTOR + ",\"layers\":[]" + members + "}");
  }

  @Test
  void unknownMembers_surviveRewriting() throws Exception {
    Manifest manifest =
        Manifest.parse(manifest(",\"subject\":" + DESCRIPTOR + ",\"annotations\":{\"a\":\"b\"}"));

    Manifest rewritten = manifest.with(manifest.config(), List.of(manifest.config()));

    assertThat(rewritten.encode().utf8Lossy())
        .contains("\"subject\"", "\"annotations\":{\"a\":\"b\"}", "\"x-more\":[1]");
    assertThat(Manifest.parse(rewritten.encode())).isEqualTo(rewritten);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"schemaVersion\":1,\"config\":{},\"layers\":[]}",
        "{\"schemaVersion\":2,\"layers\":[]}",
        "{\"schemaVersion\":2,\"config\":{},\"layers\":[]}",
      })
  void manifest_thatIsIncomplete_isRefused(String text) {
    assertThatThrownBy(() -> Manifest.parse(Bytes.utf8(text))).isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",\"manifests\":[]",
        ",\"mediaType\":\"application/vnd.oci.image.index.v1+json\"",
        ",\"mediaType\":7",
        ",\"layers\":[]",
      })
  void manifest_thatCouldBeReadTwoWays_isRefused(String members) {
    assertThatThrownBy(() -> Manifest.parse(manifest(members))).isInstanceOf(FormatException.class);
  }

  @Test
  void manifest_withTooManyLayers_isRefused() {
    String layers = (DESCRIPTOR + ",").repeat(Manifest.MAX_LAYERS) + DESCRIPTOR;
    String text = "{\"schemaVersion\":2,\"config\":" + DESCRIPTOR + ",\"layers\":[" + layers + "]}";

    assertThatThrownBy(() -> Manifest.parse(Bytes.utf8(text)))
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.OVERSIZED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"size\":-1",
        "\"size\":99999999999999999",
        "\"size\":1.5",
        "\"digest\":\"sha256:00\"",
        "\"digest\":\"sha1:0000000000000000000000000000000000000000\"",
        "\"annotations\":{\"k\":1}",
        "\"mediaType\":null",
      })
  void descriptor_withABadMember_isRefused(String member) {
    String name = member.substring(0, member.indexOf(':'));
    String text = DESCRIPTOR.replaceFirst(name + ":[^,{]*(\\{[^}]*\\})?", member.replace("$", ""));
    assertThat(text).contains(member);

    assertThatThrownBy(() ->
            Manifest.parse(
                Bytes.utf8("{\"schemaVersion\":2,\"config\":" + text + ",\"layers\":[]}")))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void index_withSeveralPlatforms_givesOurs() throws Exception {
    OciLayout layout = Images.layout(folder, Tars.tar().file("a", "1").bytes());
    Image image = Images.load(layout);
    Descriptor other = Descriptor.of(MediaTypes.MANIFEST, Digest.sha256(Bytes.EMPTY), 0);
    Bytes index =
        Bytes.utf8(
            """
            {"schemaVersion":2,"mediaType":"%s","manifests":[%s,%s,%s]}
            """
                .formatted(
                    MediaTypes.INDEX,
                    other.json(),
                    platform(other, "arm64"),
                    platform(image.descriptor(), "amd64")));
    layout.tag(
        "multi",
        new ImageSource.RawManifest(
            Descriptor.of(MediaTypes.INDEX, Digest.sha256(index), index.size()), index));

    Image chosen = Image.load(layout, "multi", Platform.LINUX_AMD64);

    assertThat(chosen.descriptor().digest()).isEqualTo(image.descriptor().digest());
    assertThat(chosen.index().orElseThrow().digest()).isEqualTo(Digest.sha256(index));
    assertThatThrownBy(() -> Image.load(layout, "multi", new Platform("linux", "riscv64")))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.PLATFORM_MISSING));
  }

  private static String platform(Descriptor descriptor, String architecture) {
    String json = descriptor.json().compact();
    return json.substring(0, json.length() - 1)
        + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}}".formatted(architecture);
  }

  @Test
  void layout_thatIsDamaged_isRefusedWithItsCode() throws Exception {
    OciLayout layout = Images.layout(folder, Tars.tar().file("a", "1").bytes());
    Path manifest = layout.blob(Images.load(layout).descriptor().digest());
    byte[] whole = Files.readAllBytes(manifest);

    Files.write(manifest, java.util.Arrays.copyOf(whole, whole.length - 1));
    assertCode(layout, Code.SIZE_MISMATCH);
    whole[whole.length - 1] = ' ';
    Files.write(manifest, whole);
    assertCode(layout, Code.DIGEST_MISMATCH);
    Files.delete(manifest);
    assertCode(layout, Code.MANIFEST_UNKNOWN);
    Files.writeString(folder.resolve("index.json"), "{}");
    assertCode(layout, Code.MANIFEST_INVALID);
    Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"2.0.0\"}");
    assertThatThrownBy(() -> OciLayout.open(folder)).isInstanceOf(RefusedException.class);
  }

  private static void assertCode(OciLayout layout, Code code) {
    assertThatThrownBy(() -> Images.load(layout))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void blob_thatIsNotItsDescriptor_isNotStored() throws Exception {
    OciLayout layout = OciLayout.create(folder);
    Descriptor wrong = Descriptor.of("m", Digest.sha256(Bytes.utf8("other")), 3);

    assertThatThrownBy(
            () -> layout.put(wrong, new java.io.ByteArrayInputStream(new byte[] {1, 2, 3})))
        .isInstanceOf(RefusedException.class);

    assertThat(layout.has(wrong)).isFalse();
    assertThat(folder.resolve("blobs/sha256")).isEmptyDirectory();
  }

  @Test
  void tag_givenTwice_namesTheLastImage() throws Exception {
    OciLayout layout = Images.layout(folder, Tars.tar().file("a", "1").bytes());
    Images.tag(layout, List.of(), List.of());

    assertThat(Images.load(layout).manifest().layers()).isEmpty();
    assertThat(layout.index().manifests()).hasSize(1);
    assertThat(layout.selector(Optional.empty())).startsWith("sha256:");
  }
}
