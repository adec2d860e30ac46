package io.vouchsafe.oci.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.oci.Descriptor;
import io.vouchsafe.oci.Digest;
import io.vouchsafe.oci.FileMetadata;
import io.vouchsafe.oci.Image;
import io.vouchsafe.oci.ImageConfig;
import io.vouchsafe.oci.ImageSource;
import io.vouchsafe.oci.LayerKeys;
import io.vouchsafe.oci.LayerUnpacker;
import io.vouchsafe.oci.Manifest;
import io.vouchsafe.oci.MediaTypes;
import io.vouchsafe.oci.UnpackLimits;
import io.vouchsafe.verdict.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Tars: whatever they hold, nothing appears beside the target.
public final class LayerFuzzer {
  private LayerFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) throws IOException, FormatException {
    Path folder = Files.createTempDirectory("layer-fuzz");
    try {
      unpack(data, folder.resolve("root"));
      try (Stream<Path> left = Files.list(folder)) {
        if (left.anyMatch(path -> !path.endsWith("root"))) {
          throw new IllegalStateException("something appeared beside the root");
        }
      }
    } finally {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static void unpack(byte[] tar, Path target) throws IOException, FormatException {
    Digest digest = Digest.sha256(Bytes.of(tar));
    Descriptor layer = Descriptor.of(MediaTypes.LAYER, digest, tar.length);
    Manifest manifest = Manifest.of(layer, List.of(layer));
    Json rootfs =
        Json.object()
            .put("type", "layers")
            .put("diff_ids", Json.strings(List.of(digest.toString())))
            .build();
    Json config =
        Json.object().put("os", "linux").put("architecture", "amd64").put("rootfs", rootfs).build();
    Image image =
        new Image(
            layer, Optional.empty(), manifest.encode(), manifest, ImageConfig.parse(config.utf8()));
    ImageSource source =
        new ImageSource() {
          @Override
          public Optional<RawManifest> find(String selector) {
            return Optional.empty();
          }

          @Override
          public InputStream open(Descriptor descriptor) {
            return new ByteArrayInputStream(tar);
          }
        };
    try {
      new LayerUnpacker(new UnpackLimits(1 << 20, 1_000), FileMetadata.unprivileged())
          .unpack(image, source, LayerKeys.none(), target);
    } catch (RefusedException _) {
      // The documented way out.
    }
  }
}
