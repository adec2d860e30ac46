package io.vouchsafe.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Layers in gzip and zstd, whole, cut and mislabelled.
class LayerCompressionTest extends LayerTestCase {
  @Test
  void gzipOfSeveralMembers_isOneLayer() throws Exception {
    byte[] tar = Tars.tar().file("a", "1").file("b", "2").bytes();
    byte[] first = Images.gzip(java.util.Arrays.copyOf(tar, 700));
    byte[] second = Images.gzip(java.util.Arrays.copyOfRange(tar, 700, tar.length));
    byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);

    Path root = unpack(compressed(MediaTypes.LAYER_GZIP, both, tar));

    assertThat(root.resolve("b")).hasContent("2");
  }

  @Test
  void zstd_isTaken() throws Exception {
    byte[] tar = Tars.tar().file("a", "1".repeat(300_000)).bytes();

    Path root = unpack(compressed(MediaTypes.LAYER_ZSTD, Zstd.compress(tar), tar));

    assertThat(root.resolve("a")).hasSize(300_000);
  }

  @Test
  void mediaType_thatLies_isRefused() throws Exception {
    byte[] tar = Tars.tar().file("a", "1").bytes();
    assertRefused(Code.MALFORMED, MediaTypes.LAYER_GZIP, tar, tar);
    assertRefused(Code.MALFORMED, MediaTypes.LAYER, Images.gzip(tar), tar);
    assertRefused(Code.MALFORMED, MediaTypes.LAYER_ZSTD, Images.gzip(tar), tar);
    assertRefused(Code.UNSUPPORTED_ALGORITHM, "application/x-tar", tar, tar);
  }

  @Test
  void gzip_cut_isRefused() throws Exception {
    byte[] tar = Tars.tar().file("a", "1").bytes();
    byte[] packed = Images.gzip(tar);
    for (int length = 0; length < packed.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(packed, length);
      assertRefused(Code.MALFORMED, MediaTypes.LAYER_GZIP, cut, tar);
    }
  }

  @Test
  void gzip_withSomethingBehind_isRefused() throws Exception {
    byte[] tar = Tars.tar().file("a", "1").bytes();
    byte[] packed = Images.gzip(tar);
    assertRefused(
        Code.MALFORMED,
        MediaTypes.LAYER_GZIP,
        java.util.Arrays.copyOf(packed, packed.length + 7),
        tar);
  }

  @Test
  void zstd_cut_isRefused() throws Exception {
    byte[] tar = Tars.tar().file("a", "1").bytes();
    byte[] packed = Zstd.compress(tar);
    assertRefused(
        Code.MALFORMED,
        MediaTypes.LAYER_ZSTD,
        java.util.Arrays.copyOf(packed, packed.length - 3),
        tar);
  }

  @Test
  void blob_longerOrShorterThanItsDescriptor_isRefused() throws Exception {
    byte[] tar = Tars.tar().file("a", "1").bytes();
    OciLayout layout = OciLayout.create(folder.resolve("layout"));
    Digest digest = layout.write(Bytes.of(tar));
    for (int wrong : List.of(tar.length - 1, tar.length + 1)) {
      Images.tag(layout, List.of(Descriptor.of(MediaTypes.LAYER, digest, wrong)), List.of(tar));
      assertThatThrownBy(() -> unpack(layout))
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.SIZE_MISMATCH));
      assertThat(folder.resolve("root")).doesNotExist();
    }
  }
}
