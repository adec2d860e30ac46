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
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// Unpacks a layer. The first byte chooses how it is compressed; sums of tar headers are corrected,
/// so that changed headers are read at all. Nothing may be written beside the root folder.
public final class LayerEntriesFuzzer {
  private static final int BLOCK = 512;
  private static final int SUM_AT = 148;
  private static final int SUM_LENGTH = 8;
  private static final int SIZE_AT = 124;
  private static final int SIZE_LENGTH = 12;
  private static final UnpackLimits LIMITS = new UnpackLimits(1 << 20, 200);

  private LayerEntriesFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    byte[] content = Bytes.of(data, 1, data.length - 1).toByteArray();
    String type =
        switch (data[0] % 4) {
          case 1 -> MediaTypes.LAYER_GZIP;
          case 2 -> MediaTypes.LAYER_ZSTD;
          default -> MediaTypes.LAYER;
        };
    if (type.equals(MediaTypes.LAYER)) {
      correctSums(content);
    }
    try {
      Path folder = Files.createTempDirectory("layer-entries");
      try {
        unpack(type, Bytes.of(content), folder);
      } finally {
        remove(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("in the folder of the run", e);
    }
  }

  private static void unpack(String type, Bytes content, Path folder) throws IOException {
    Path outer = Files.createDirectory(folder.resolve("outer"));
    Path root = outer.resolve("root");
    Descriptor layer = Descriptor.of(type, Digest.sha256(content), content.size());
    boolean done = false;
    try {
      new LayerUnpacker(LIMITS, FileMetadata.unprivileged())
          .unpack(image(layer, content), source(content), LayerKeys.none(), root);
      done = true;
    } catch (RefusedException | FormatException _) {
      done = false;
    }
    requireOnly(folder, outer);
    if (done) {
      requireOnly(outer, root);
    } else {
      requireOnly(outer);
    }
  }

  private static Image image(Descriptor layer, Bytes content) throws FormatException {
    Json config =
        Json.object()
            .put("os", "linux")
            .put("architecture", "amd64")
            .put(
                "rootfs",
                Json.object()
                    .put("type", "layers")
                    .put("diff_ids", Json.strings(List.of(Digest.sha256(content).toString())))
                    .build())
            .build();
    Bytes text = config.utf8();
    Manifest manifest =
        Manifest.of(
            Descriptor.of(MediaTypes.CONFIG, Digest.sha256(text), text.size()), List.of(layer));
    Bytes raw = manifest.encode();
    return new Image(
        Descriptor.of(MediaTypes.MANIFEST, Digest.sha256(raw), raw.size()),
        Optional.empty(),
        raw,
        manifest,
        ImageConfig.parse(text));
  }

  private static ImageSource source(Bytes content) {
    return new ImageSource() {
      @Override
      public Optional<RawManifest> find(String selector) {
        return Optional.empty();
      }

      @Override
      public InputStream open(Descriptor descriptor) {
        return new ByteArrayInputStream(content.toByteArray());
      }
    };
  }

  /// Corrects the sums where headers would stand if sizes are as they say.
  private static void correctSums(byte[] tar) {
    long at = 0;
    while (at >= 0 && at + BLOCK <= tar.length) {
      int header = (int) at;
      int sum = ' ' * SUM_LENGTH;
      for (int i = 0; i < BLOCK; i++) {
        sum += i >= SUM_AT && i < SUM_AT + SUM_LENGTH ? 0 : tar[header + i] & 0xff;
      }
      if (sum == ' ' * SUM_LENGTH) {
        return; // the zeros at the end
      }
      byte[] text = String.format(Locale.ROOT, "%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(text, 0, tar, header + SUM_AT, SUM_LENGTH);
      long size = 0;
      for (int i = 0; i < SIZE_LENGTH - 1; i++) {
        size = size * 8 + (tar[header + SIZE_AT + i] & 7);
      }
      at += BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
    }
  }

  private static void requireOnly(Path folder, Path... expected) throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      List<Path> paths = found.toList();
      if (!paths.equals(List.of(expected))) {
        throw new IllegalStateException("written beside the root: " + paths);
      }
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
