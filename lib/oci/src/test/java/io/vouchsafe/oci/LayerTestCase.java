package io.vouchsafe.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/// Layers made for a test, unpacked into a folder.
abstract class LayerTestCase {
  @TempDir Path folder;

  Path unpack(byte[]... tars) throws Exception {
    return unpack(UnpackLimits.DEFAULT, FileMetadata.unprivileged(), tars);
  }

  Path unpack(UnpackLimits limits, FileMetadata metadata, byte[]... tars) throws Exception {
    return unpack(Images.layout(folder.resolve("layout"), tars), limits, metadata);
  }

  Path unpack(OciLayout layout, UnpackLimits limits, FileMetadata metadata) throws Exception {
    Path root = folder.resolve("root");
    new LayerUnpacker(limits, metadata).unpack(Images.load(layout), layout, LayerKeys.none(), root);
    return root;
  }

  void assertRefused(Code code, byte[]... tars) throws Exception {
    assertThatThrownBy(() -> unpack(tars))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString())).containsExactly("layout");
    }
  }

  OciLayout compressed(String type, byte[] blob, byte[] tar) throws Exception {
    OciLayout layout = OciLayout.create(folder.resolve("layout"));
    Digest digest = layout.write(Bytes.of(blob));
    Images.tag(layout, List.of(Descriptor.of(type, digest, blob.length)), List.of(tar));
    return layout;
  }

  Path unpack(OciLayout layout) throws Exception {
    return unpack(layout, UnpackLimits.DEFAULT, FileMetadata.unprivileged());
  }

  void assertRefused(Code code, String type, byte[] blob, byte[] tar) throws Exception {
    OciLayout layout = compressed(type, blob, tar);
    assertThatThrownBy(() -> unpack(layout))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
    assertThat(folder.resolve("root")).doesNotExist();
  }
}
