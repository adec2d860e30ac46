package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// Makes images of given layers.
final class Images {
  private Images() {}

  static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    }
    return out.toByteArray();
  }

  /// An image of plain tars under tag `v1`.
  static OciLayout layout(Path folder, byte[]... tars) throws Exception {
    OciLayout layout = OciLayout.create(folder);
    List<Descriptor> layers = new ArrayList<>();
    for (byte[] tar : tars) {
      Digest digest = layout.write(Bytes.of(tar));
      layers.add(Descriptor.of(MediaTypes.LAYER, digest, tar.length));
    }
    tag(layout, layers, List.of(tars));
    return layout;
  }

  /// Tags an image whose layers are as they are and whose diff-ids are those of `tars`.
  static void tag(OciLayout layout, List<Descriptor> layers, List<byte[]> tars) throws Exception {
    List<String> diffIds = new ArrayList<>();
    for (byte[] tar : tars) {
      diffIds.add(Digest.sha256(Bytes.of(tar)).toString());
    }
    Json rootfs =
        Json.object().put("type", "layers").put("diff_ids", Json.strings(diffIds)).build();
    Json run = Json.object().put("Cmd", Json.strings(List.of("/bin/app"))).build();
    Bytes config =
        Json.object()
            .put("architecture", "amd64")
            .put("os", "linux")
            .put("config", run)
            .put("rootfs", rootfs)
            .build()
            .utf8();
    Descriptor at = Descriptor.of(MediaTypes.CONFIG, layout.write(config), config.size());
    Bytes raw = Manifest.of(at, layers).encode();
    layout.tag(
        "v1",
        new ImageSource.RawManifest(
            Descriptor.of(MediaTypes.MANIFEST, Digest.sha256(raw), raw.size()), raw));
  }

  static Image load(OciLayout layout) throws Exception {
    return Image.load(layout, "v1", Platform.LINUX_AMD64);
  }
}
