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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/// The small image that the demo makes itself: busybox, and a script that tells what it sees.
final class DemoImage {
  static final String TAG = "demo";

  private static final String SCRIPT =
      """
      #!/bin/sh
      echo "Hello. This file system was encrypted until this VM had vouched for itself."
      echo "kernel   $(uname -r)"
      echo "root of  $(head -n 1 /proc/self/mountinfo | cut -d' ' -f5)"
      if [ -r /run/secrets/greeting ]; then
        echo "secret   $(wc -c < /run/secrets/greeting) bytes in /run/secrets/greeting"
      fi
      """;

  private DemoImage() {}

  /// Writes the image into a new layout in `folder`.
  ///
  /// @param busybox a static busybox
  static void write(Path folder, Path busybox) throws IOException, RefusedException {
    OciLayout layout = OciLayout.create(folder);
    Bytes tar = Bytes.of(tar(Files.readAllBytes(busybox)));
    Bytes layer = Bytes.of(gzip(tar.toByteArray()));
    Json config =
        Json.object()
            .put("architecture", "amd64")
            .put("os", "linux")
            .put(
                "config",
                Json.object()
                    .put("Env", Json.array(Json.of("PATH=/bin")))
                    .put("Cmd", Json.array(Json.of("/bin/hello")))
                    .put("WorkingDir", "/")
                    .build())
            .put(
                "rootfs",
                Json.object()
                    .put("type", "layers")
                    .put("diff_ids", Json.array(Json.of(Digest.sha256(tar).toString())))
                    .build())
            .build();
    Descriptor layerAt = put(layout, MediaTypes.LAYER_GZIP, layer);
    Descriptor configAt = put(layout, MediaTypes.CONFIG, config.utf8());
    Bytes manifest = Manifest.of(configAt, List.of(layerAt)).encode();
    Descriptor at = Descriptor.of(MediaTypes.MANIFEST, Digest.sha256(manifest), manifest.size());
    layout.tag(TAG, new ImageSource.RawManifest(at, manifest));
  }

  private static Descriptor put(OciLayout layout, String mediaType, Bytes content)
      throws IOException, RefusedException {
    Descriptor descriptor = Descriptor.of(mediaType, Digest.sha256(content), content.size());
    layout.put(descriptor, new ByteArrayInputStream(content.toByteArray()));
    return descriptor;
  }

  private static byte[] tar(byte[] busybox) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name())) {
      for (String folder : List.of("bin/", "proc/", "sys/", "dev/", "run/", "tmp/", "etc/")) {
        add(tar, folder, 0755, new byte[0]);
      }
      add(tar, "bin/busybox", 0755, busybox);
      add(tar, "bin/hello", 0755, SCRIPT.getBytes(StandardCharsets.UTF_8));
      add(tar, "etc/passwd", 0644, "root:x:0:0:root:/:/bin/sh\n".getBytes(StandardCharsets.UTF_8));
      for (String applet :
          List.of("sh", "cat", "echo", "head", "cut", "wc", "uname", "sleep", "ls")) {
        TarArchiveEntry link = new TarArchiveEntry("bin/" + applet, TarConstants.LF_SYMLINK);
        link.setLinkName("busybox");
        link.setModTime(0);
        tar.putArchiveEntry(link);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static void add(TarArchiveOutputStream tar, String name, int mode, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setMode(mode);
    entry.setModTime(0);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }
}
