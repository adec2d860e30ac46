package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
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
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// An image with one file of zeros: small on its way, large when it is unpacked.
final class LargeImage {
  private static final int BLOCK = 1 << 20;

  private LargeImage() {}

  static void write(Path folder, int mebibytes) throws IOException, RefusedException {
    OciLayout layout = OciLayout.create(folder);
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    MessageDigest diffId = sha256();
    try (OutputStream gzip = new GZIPOutputStream(compressed);
        TarArchiveOutputStream tar =
            new TarArchiveOutputStream(new DigestOutputStream(gzip, diffId))) {
      TarArchiveEntry entry = new TarArchiveEntry("zeros");
      entry.setSize((long) mebibytes * BLOCK);
      tar.putArchiveEntry(entry);
      for (int i = 0; i < mebibytes; i++) {
        tar.write(new byte[BLOCK]);
      }
      tar.closeArchiveEntry();
    }
    String id = "sha256:" + Bytes.of(diffId.digest()).hex();
    Json config =
        Json.object()
            .put("architecture", "amd64")
            .put("os", "linux")
            .put("config", Json.object().put("Cmd", Json.array(Json.of("/zeros"))).build())
            .put(
                "rootfs",
                Json.object()
                    .put("type", "layers")
                    .put("diff_ids", Json.array(Json.of(id)))
                    .build())
            .build();
    Descriptor layer = put(layout, MediaTypes.LAYER_GZIP, Bytes.of(compressed.toByteArray()));
    Descriptor configAt = put(layout, MediaTypes.CONFIG, config.utf8());
    Bytes manifest = Manifest.of(configAt, List.of(layer)).encode();
    Descriptor at = Descriptor.of(MediaTypes.MANIFEST, Digest.sha256(manifest), manifest.size());
    layout.tag("large", new ImageSource.RawManifest(at, manifest));
  }

  private static Descriptor put(OciLayout layout, String mediaType, Bytes content)
      throws IOException, RefusedException {
    Descriptor descriptor = Descriptor.of(mediaType, Digest.sha256(content), content.size());
    layout.put(descriptor, new ByteArrayInputStream(content.toByteArray()));
    return descriptor;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
