package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Images in tar files: that of a layout, and that of `docker save`. Reading one makes a layout of
/// it in a folder of the caller; no name in the archive ever becomes a path.
public final class ImageArchive {
  private static final int MAX_ENTRIES = 100_000;
  private static final int MAX_LINKS = 16;
  private static final int GZIP_MAGIC = 0x8b1f;
  private static final String BLOBS = "blobs/";
  private static final String DOCKER_MANIFEST = "manifest.json";

  private final OciLayout layout;
  private final Map<String, Descriptor> files = new HashMap<>();
  private final Map<String, String> links = new HashMap<>();

  private ImageArchive(OciLayout layout) {
    this.layout = layout;
  }

  /// Reads the archive of a layout.
  ///
  /// @param folder where the layout is made; the caller removes it
  /// @throws RefusedException if it is none, or a name in it makes no sense
  public static OciLayout readOci(Path file, Path folder) throws IOException, RefusedException {
    ImageArchive archive = new ImageArchive(OciLayout.create(folder));
    archive.read(file);
    archive.layout.writeIndex(archive.parse("index.json", ImageIndex::parse));
    return archive.layout;
  }

  /// Reads what `docker save` wrote. Every image gets its names as tags; the first also gets
  /// `latest` if it has no name.
  ///
  /// @param folder where the layout is made; the caller removes it
  /// @throws RefusedException if it is none, or a name in it makes no sense
  public static OciLayout readDocker(Path file, Path folder) throws IOException, RefusedException {
    ImageArchive archive = new ImageArchive(OciLayout.create(folder));
    archive.read(file);
    List<Json> images =
        archive.parse(DOCKER_MANIFEST, text -> Json.parse(text, Manifest.LIMITS).asArray("images"));
    for (Json image : images) {
      archive.dockerImage(image);
    }
    return archive.layout;
  }

  private void read(Path file) throws IOException, RefusedException {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file))) {
      Compression.Source in = raw::readNBytes;
      raw.mark(2);
      boolean gzip = (raw.read() | raw.read() << 8) == GZIP_MAGIC;
      raw.reset();
      Compression.Source plain =
          (buffer, offset, length) -> {
            int got = in.read(buffer, offset, length);
            return got == 0 && length > 0 ? -1 : got;
          };
      TarReader tar = new TarReader(gzip ? Compression.GZIP.decode(plain) : plain);
      int entries = 0;
      for (Optional<TarEntry> next = tar.next(); next.isPresent(); next = tar.next()) {
        if (++entries > MAX_ENTRIES) {
          throw new RefusedException(
              ImageCheck.LAYER_TAR, Code.OVERSIZED, "at most " + MAX_ENTRIES + " entries", "more");
        }
        entry(next.get(), tar);
      }
    }
  }

  private void entry(TarEntry entry, TarReader tar) throws IOException, RefusedException {
    String name = String.join("/", ConfinedRoot.parts(entry.name()));
    switch (entry.kind()) {
      case FILE -> {
        try (OciLayout.BlobWriter blob = layout.newBlob()) {
          tar.transferTo(Channels.newChannel(blob));
          files.put(name, blob.commit(MediaTypes.LAYER));
        }
      }
      case SYMLINK -> links.put(name, sibling(name, entry.link()));
      case HARD_LINK -> links.put(name, String.join("/", ConfinedRoot.parts(entry.link())));
      case DIRECTORY -> {
        // Folders mean nothing here.
      }
      case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO ->
          throw TarReader.malformed("files of an image", ImageName.quoted(name));
    }
  }

  /// The name that a relative link in an archive means; older Docker links equal layers.
  private static String sibling(String name, String link) throws RefusedException {
    List<String> parts = new ArrayList<>(ConfinedRoot.parts(name));
    parts.removeLast();
    for (String part : link.split("/", -1)) {
      if (part.equals("..")) {
        if (parts.isEmpty()) {
          throw ConfinedRoot.unsafe(link, "a link that climbs");
        }
        parts.removeLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }

  private Descriptor file(String name) throws RefusedException {
    String at = name;
    for (int i = 0; i < MAX_LINKS && links.containsKey(at); i++) {
      at = links.get(at);
    }
    Descriptor found = files.get(at);
    if (found == null) {
      throw new RefusedException(
          ImageCheck.MANIFEST,
          Code.MANIFEST_INVALID,
          ImageName.quoted(name) + " in the archive",
          "none");
    }
    return found;
  }

  @FunctionalInterface
  private interface Parser<T> {
    T parse(Bytes text) throws FormatException;
  }

  private <T> T parse(String name, Parser<T> parser) throws IOException, RefusedException {
    try {
      return parser.parse(layout.read(file(name), Manifest.MAX_BYTES));
    } catch (FormatException e) {
      throw Image.invalid(e);
    }
  }

  private void dockerImage(Json image) throws IOException, RefusedException {
    try {
      Json.Obj json = image.asObject("image");
      Descriptor config = file(json.string("Config"));
      List<Descriptor> layers = new ArrayList<>();
      for (Json layer : json.array("Layers")) {
        layers.add(layer(file(layer.asString("layer"))));
      }
      Bytes raw =
          Manifest.of(config.withContent(MediaTypes.CONFIG, config.digest(), config.size()), layers)
              .encode();
      Descriptor at = Descriptor.of(MediaTypes.MANIFEST, Digest.sha256(raw), raw.size());
      ImageSource.RawManifest manifest = new ImageSource.RawManifest(at, raw);
      List<Json> tags = json.present("RepoTags").isPresent() ? json.array("RepoTags") : List.of();
      for (Json tag : tags) {
        layout.tag(tag.asString("tag"), manifest);
      }
      if (tags.isEmpty()) {
        layout.tag("latest", manifest);
      }
    } catch (FormatException e) {
      throw Image.invalid(e);
    }
  }

  private Descriptor layer(Descriptor layer) throws IOException, RefusedException {
    try (InputStream in = layout.open(layer)) {
      boolean gzip = (in.read() | in.read() << 8) == GZIP_MAGIC;
      return gzip ? layer.withContent(MediaTypes.LAYER_GZIP, layer.digest(), layer.size()) : layer;
    }
  }

  /// Writes the archive of a layout: all images of its index and all its content.
  public static void writeOci(OciLayout layout, Path file) throws IOException {
    try (TarWriter tar = new TarWriter(Files.newOutputStream(file))) {
      tar.file("oci-layout", Files.readAllBytes(layout.folder().resolve("oci-layout")));
      tar.file("index.json", Files.readAllBytes(layout.folder().resolve("index.json")));
      for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
        Path blobs = layout.folder().resolve("blobs").resolve(algorithm.label());
        if (!Files.isDirectory(blobs)) {
          continue;
        }
        try (var all = Files.list(blobs)) {
          for (Path blob : all.sorted().toList()) {
            tar.file(BLOBS + algorithm.label() + "/" + blob.getFileName(), blob);
          }
        }
      }
    }
  }

  /// Writes an image as `docker save` does, layers uncompressed.
  ///
  /// @param name the image's name, `repository:tag`
  /// @throws RefusedException if a layer is encrypted, which that form cannot hold, or is not what
  ///   it should be
  public static void writeDocker(Image image, ImageSource source, String name, Path file)
      throws IOException, RefusedException {
    if (image.isEncrypted()) {
      throw new RefusedException(
          ImageCheck.LAYER_ENCRYPTION,
          Code.LAYER_ENCRYPTION_INVALID,
          "plain layers: a docker-archive holds no others",
          "encrypted ones");
    }
    Bytes config = source.read(image.manifest().config(), Manifest.MAX_BYTES);
    String configName = image.manifest().config().digest().hex() + ".json";
    List<String> layers = new ArrayList<>();
    try (TarWriter tar = new TarWriter(Files.newOutputStream(file))) {
      tar.file(configName, config.toByteArray());
      for (int i = 0; i < image.manifest().layers().size(); i++) {
        Digest diffId = image.config().diffIds().get(i);
        String layerName = diffId.hex() + ".tar";
        if (!layers.contains(layerName)) {
          plainLayer(image.manifest().layers().get(i), diffId, source, layerName, tar);
        }
        layers.add(layerName);
      }
      Json entry =
          Json.object()
              .put("Config", configName)
              .put("RepoTags", Json.strings(List.of(name)))
              .put("Layers", Json.strings(layers))
              .build();
      tar.file(DOCKER_MANIFEST, Json.array(entry).toUtf8());
    }
  }

  /// The header states the length, which is known only when all is unpacked.
  private static void plainLayer(
      Descriptor layer, Digest diffId, ImageSource source, String name, TarWriter tar)
      throws IOException, RefusedException {
    Path plain = Files.createTempFile("layer", ".tar");
    try {
      byte[] buffer = new byte[64 << 10];
      try (LayerStream in =
              LayerStream.open(source, layer, diffId, LayerKeys.none(), Descriptor.MAX_SIZE);
          var out = Files.newOutputStream(plain)) {
        for (int got = in.read(buffer, 0, buffer.length);
            got >= 0;
            got = in.read(buffer, 0, buffer.length)) {
          out.write(buffer, 0, got);
        }
        in.finish();
      }
      tar.file(name, plain);
    } finally {
      Files.deleteIfExists(plain);
    }
  }
}
