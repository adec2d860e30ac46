package io.vouchsafe.bench;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.oci.Descriptor;
import io.vouchsafe.oci.Digest;
import io.vouchsafe.oci.Image;
import io.vouchsafe.oci.ImageSource;
import io.vouchsafe.oci.Manifest;
import io.vouchsafe.oci.MediaTypes;
import io.vouchsafe.oci.OciLayout;
import io.vouchsafe.oci.Platform;
import io.vouchsafe.verdict.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// An image of one gzip layer out of files that are on every machine that builds this: those of the
/// JDK (programs, libraries, texts) up to a given size.
final class SampleImage {
  /// The image's tag.
  static final String TAG = "bench";

  private static final int EXECUTABLE = 0755;
  private static final int PLAIN = 0644;

  /// The tree of all class files, larger than everything else together and of one kind.
  private static final String MODULES = "modules";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final long maxBytes;
  private int files;

  private SampleImage(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /// What was made.
  ///
  /// @param source where it lies
  /// @param image the image
  /// @param tar its layer, unpacked
  /// @param files in the layer
  record Made(OciLayout source, Image image, Bytes tar, int files) {}

  /// Writes the image into a new layout in `folder`.
  ///
  /// @param maxBytes how large the tar may get
  static Made write(Path folder, long maxBytes) throws IOException, RefusedException {
    SampleImage sample = new SampleImage(maxBytes);
    Path jdk = Path.of(System.getProperty("java.home"));
    try (TarArchiveOutputStream tar =
            new TarArchiveOutputStream(sample.bytes, StandardCharsets.UTF_8.name());
        Stream<Path> tree = Files.walk(jdk)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Path path : tree.sorted().toList()) {
        sample.add(tar, jdk, path);
      }
    }
    return store(
        folder, Bytes.of(sample.bytes.toByteArray()), List.of("/opt/java/bin/java"), sample.files);
  }

  /// Writes an image that runs for a second: a busybox, and `filler` bytes that do not compress.
  ///
  /// @param busybox a static busybox
  static Made small(Path folder, Path busybox, int filler) throws IOException, RefusedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] noise = new byte[filler];
    new Random(1).nextBytes(noise);
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name())) {
      for (String name : List.of("bin/", "proc/", "sys/", "dev/", "run/", "tmp/")) {
        tar.putArchiveEntry(new TarArchiveEntry(name));
        tar.closeArchiveEntry();
      }
      put(tar, "bin/busybox", Files.readAllBytes(busybox));
      put(tar, "data", noise);
    }
    return store(folder, Bytes.of(bytes.toByteArray()), List.of("/bin/busybox", "sleep", "1"), 2);
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setMode(EXECUTABLE);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static Made store(Path folder, Bytes tar, List<String> entrypoint, int files)
      throws IOException, RefusedException {
    OciLayout layout = OciLayout.create(folder);
    layout.tag(TAG, manifest(layout, tar, entrypoint));
    return new Made(layout, Image.load(layout, TAG, Platform.LINUX_AMD64), tar, files);
  }

  private void add(TarArchiveOutputStream tar, Path root, Path path) throws IOException {
    String name = "opt/java/" + root.relativize(path);
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      TarArchiveEntry entry = new TarArchiveEntry(name + "/");
      entry.setModTime(0);
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
    } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
        && !path.endsWith(MODULES)
        && bytes.size() + Files.size(path) < maxBytes) {
      TarArchiveEntry entry = new TarArchiveEntry(name);
      entry.setMode(Files.isExecutable(path) ? EXECUTABLE : PLAIN);
      entry.setModTime(0);
      entry.setSize(Files.size(path));
      tar.putArchiveEntry(entry);
      Files.copy(path, tar);
      tar.closeArchiveEntry();
      files++;
    }
  }

  private static ImageSource.RawManifest manifest(
      OciLayout layout, Bytes tar, List<String> entrypoint) throws IOException, RefusedException {
    Json config =
        Json.object()
            .put("architecture", "amd64")
            .put("os", "linux")
            .put("config", Json.object().put("Entrypoint", Json.strings(entrypoint)).build())
            .put(
                "rootfs",
                Json.object()
                    .put("type", "layers")
                    .put("diff_ids", Json.array(Json.of(Digest.sha256(tar).toString())))
                    .build())
            .build();
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(tar.toByteArray());
    }
    Descriptor layer = put(layout, MediaTypes.LAYER_GZIP, Bytes.of(packed.toByteArray()));
    Descriptor configAt = put(layout, MediaTypes.CONFIG, config.utf8());
    Bytes manifest = Manifest.of(configAt, List.of(layer)).encode();
    return new ImageSource.RawManifest(
        Descriptor.of(MediaTypes.MANIFEST, Digest.sha256(manifest), manifest.size()), manifest);
  }

  private static Descriptor put(OciLayout layout, String mediaType, Bytes content)
      throws IOException, RefusedException {
    Descriptor descriptor = Descriptor.of(mediaType, Digest.sha256(content), content.size());
    layout.put(descriptor, new ByteArrayInputStream(content.toByteArray()));
    return descriptor;
  }
}
