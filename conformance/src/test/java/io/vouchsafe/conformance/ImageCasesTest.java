package io.vouchsafe.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.oci.CosignSignatures;
import io.vouchsafe.oci.Descriptor;
import io.vouchsafe.oci.Digest;
import io.vouchsafe.oci.ImageSource;
import io.vouchsafe.oci.Manifest;
import io.vouchsafe.oci.MediaTypes;
import io.vouchsafe.oci.OciLayout;
import io.vouchsafe.verdict.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageCasesTest {
  private static final String TEXT = "hello";
  private static final Bytes LAYER = tar("etc/hello", TEXT);

  @TempDir private Path dir;

  /// One regular file of mode 640 and owner 7, in the ustar format.
  private static Bytes tar(String name, String text) {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 100, "0000640\0");
    put(header, 108, "0000007\0");
    put(header, 116, "0000007\0");
    put(header, 124, String.format(Locale.ROOT, "%011o\0", text.length()));
    put(header, 136, "00000000000\0");
    put(header, 148, "        ");
    put(header, 156, "0");
    put(header, 257, "ustar\00000");
    int sum = 0;
    for (byte octet : header) {
      sum += octet & 0xff;
    }
    put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(header);
    out.writeBytes(Bytes.utf8(text).fit(512).toByteArray());
    out.writeBytes(new byte[1024]);
    return Bytes.of(out.toByteArray());
  }

  private static void put(byte[] header, int at, String text) {
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, header, at, ascii.length);
  }

  private static Descriptor store(OciLayout layout, String type, Bytes content)
      throws IOException, RefusedException {
    Descriptor descriptor = Descriptor.of(type, Digest.sha256(content), content.size());
    layout.put(descriptor, new ByteArrayInputStream(content.toByteArray()));
    return descriptor;
  }

  private void layout(String name, Bytes layer) throws IOException, RefusedException {
    OciLayout layout = OciLayout.create(dir.resolve(name));
    Json config =
        Json.object()
            .put("os", "linux")
            .put("architecture", "amd64")
            .put(
                "rootfs",
                Json.object()
                    .put("type", "layers")
                    .put("diff_ids", Json.strings(List.of(Digest.sha256(layer).toString())))
                    .build())
            .build();
    Descriptor configuration = store(layout, MediaTypes.CONFIG, config.utf8());
    Manifest manifest = Manifest.of(configuration, List.of(store(layout, MediaTypes.LAYER, layer)));
    Bytes raw = manifest.encode();
    Descriptor descriptor = Descriptor.of(MediaTypes.MANIFEST, Digest.sha256(raw), raw.size());
    layout.tag("any", new ImageSource.RawManifest(descriptor, raw));
  }

  private Json.ObjBuilder expected(Json rootfs) {
    return Json.object()
        .put("diff_ids", Json.strings(List.of(Digest.sha256(LAYER).toString())))
        .put("rootfs", rootfs);
  }

  private static Json.ObjBuilder file() {
    return Json.object()
        .put("sha256", Digest.sha256(Bytes.utf8(TEXT)).hex())
        .put("mode", "0640")
        .put("uid", 7)
        .put("gid", 7)
        .put("nlink", 1);
  }

  private Report run(Json expected) throws IOException {
    Files.writeString(dir.resolve("expected.json"), expected.compact());
    return Conformance.run(dir, Set.of());
  }

  @BeforeEach
  void makeLayout() throws IOException, RefusedException {
    layout("good", LAYER);
  }

  @Test
  void image_thatUnpacksAsExpected_passes() throws IOException {
    Json rootfs =
        Json.object().put("/etc/hello", file().build()).put("/etc/gone", "absent").build();
    assertThat(run(expected(rootfs).build()).passed()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "sha256,'\"00\"'",
    "mode,'\"0641\"'",
    "uid,8",
    "gid,0",
    "nlink,2",
    "mode,7",
  })
  void image_withAnotherFile_differs(String member, String value) throws Exception {
    Json changed =
        file().build().with(member, Json.parse(value, io.vouchsafe.encoding.JsonLimits.MESSAGE));
    Report report = run(expected(Json.object().put("etc/hello", changed).build()).build());
    assertThat(report.differing()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "/etc/hello,'\"absent\"'",
    "/etc/hello,'\"symlink -> x\"'",
    "/etc/hello,'\"hardlink to /etc\"'",
    "/etc/hello,'\"something else\"'",
    "/etc/hello,7",
    "/etc/none,'{}'",
    "/etc/none,'\"symlink -> x\"'",
    "/../../etc/passwd,'{}'",
  })
  void image_withAnotherTree_differs(String path, String value) throws Exception {
    Json changed = Json.parse(value, io.vouchsafe.encoding.JsonLimits.MESSAGE);
    Report report = run(expected(Json.object().put(path, changed).build()).build());
    assertThat(report.differing()).hasSize(1);
  }

  @Test
  void image_withOtherDiffIds_differs() throws IOException {
    Json expected =
        expected(Json.object().build()).build().with("diff_ids", Json.strings(List.of()));
    assertThat(run(expected).differing()).hasSize(1);
  }

  @Test
  void negativeImage_thatIsRefused_passes_andOneThatIsNot_differs() throws Exception {
    layout("neg-climbs", tar("../../climbs", TEXT));
    layout("neg-harmless", LAYER);
    Report report = run(expected(Json.object().build()).build());
    assertThat(report.passed().stream().map(CaseResult.Passed::id))
        .containsExactly("good", "neg-climbs");
    assertThat(report.differing().stream().map(CaseResult.Differing::id))
        .containsExactly("neg-harmless");
  }

  @Test
  void image_thatIsDamaged_differs() throws IOException {
    Files.writeString(dir.resolve("good/index.json"), "{}");
    assertThat(run(expected(Json.object().build()).build()).differing()).hasSize(1);
  }

  @Test
  void cosignCase_malformedOrWithoutItsFiles_differs() throws IOException {
    String digest = Digest.sha256(LAYER).toString();
    String tag = CosignSignatures.tag(Digest.sha256(LAYER));
    Json.Obj item =
        Json.object()
            .put("layout", "good")
            .put("signature_tag", tag)
            .put("key", "none.pub")
            .put("manifest_digest", digest)
            .put("image_reference", "r.test/a:b")
            .put("expect", "reject")
            .build();
    Files.writeString(dir.resolve("key.pub"), "no key");
    Json.Obj withKey = item.with("key", Json.of("key.pub"));
    Report report =
        run(
            Json.array(
                item,
                withKey, // refused, as it should be: the key is none
                withKey.with("expect", Json.of("accept")),
                withKey.with("layout", Json.of("none")),
                withKey.with("manifest_digest", Json.of("sha256:00")),
                withKey.with("signature_tag", Json.of("sha256-00.sig"))));
    assertThat(report.passed()).hasSize(1);
    assertThat(report.differing()).hasSize(5);
  }
}
