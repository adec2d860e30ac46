package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A folder in the OCI image layout: images by tag, content by digest. Not thread-safe for writing;
/// one writer per folder.
public final class OciLayout implements ImageSource, ImageTarget {
  static final String REF_NAME = "org.opencontainers.image.ref.name";
  private static final String LAYOUT_FILE = "oci-layout";
  private static final String INDEX_FILE = "index.json";
  private static final String VERSION = "1.0.0";
  private static final int MAX_LAYOUT_FILE = 4096;
  private static final int BUFFER = 64 << 10;

  private final Path folder;

  private OciLayout(Path folder) {
    this.folder = folder;
  }

  /// Opens an existing layout.
  ///
  /// @throws RefusedException with [Code#MANIFEST_UNKNOWN] if there is none, or
  ///   [Code#MANIFEST_INVALID] if it is of another version
  public static OciLayout open(Path folder) throws IOException, RefusedException {
    Path file = folder.resolve(LAYOUT_FILE);
    if (!Files.isRegularFile(file)) {
      throw new RefusedException(
          ImageCheck.MANIFEST, Code.MANIFEST_UNKNOWN, "an OCI layout at " + folder, "none");
    }
    try {
      Json.Obj json = Json.parseObject(readFile(file, MAX_LAYOUT_FILE), Manifest.LIMITS);
      String version = json.string("imageLayoutVersion");
      if (!version.startsWith("1.")) {
        throw FormatException.malformed(0, "image layout version 1", version);
      }
      return new OciLayout(folder);
    } catch (FormatException e) {
      throw Image.invalid(e);
    }
  }

  /// Opens a layout, which is made if there is none.
  public static OciLayout create(Path folder) throws IOException, RefusedException {
    if (!Files.exists(folder.resolve(LAYOUT_FILE))) {
      Files.createDirectories(folder.resolve("blobs").resolve("sha256"));
      writeFile(folder, INDEX_FILE, ImageIndex.empty().encode());
      Json layout = Json.object().put("imageLayoutVersion", VERSION).build();
      writeFile(folder, LAYOUT_FILE, layout.utf8());
    }
    return open(folder);
  }

  public Path folder() {
    return folder;
  }

  /// The images of this layout.
  ///
  /// @throws RefusedException with [Code#MANIFEST_INVALID]
  public ImageIndex index() throws IOException, RefusedException {
    try {
      return ImageIndex.parse(readFile(folder.resolve(INDEX_FILE), Manifest.MAX_BYTES));
    } catch (FormatException e) {
      throw Image.invalid(e);
    }
  }

  /// The tag of an entry of the index; empty if it has none.
  public static Optional<String> tag(Descriptor entry) {
    return entry.annotation(REF_NAME);
  }

  /// What selects an image here: `tag` if given, else the only image of the layout, signatures
  /// aside.
  ///
  /// @throws RefusedException with [Code#MANIFEST_UNKNOWN] if there is none, or several
  public String selector(Optional<String> tag) throws IOException, RefusedException {
    if (tag.isPresent()) {
      return tag.get();
    }
    List<Descriptor> all = new ArrayList<>(index().manifests());
    all.removeIf(entry -> CosignSignatures.isTag(tag(entry).orElse("")));
    if (all.size() != 1) {
      throw new RefusedException(
          ImageCheck.MANIFEST,
          Code.MANIFEST_UNKNOWN,
          "a tag, because the layout has not exactly one image",
          all.size() + " images");
    }
    return all.getFirst().digest().toString();
  }

  @Override
  public Optional<RawManifest> find(String selector) throws IOException, RefusedException {
    for (Descriptor entry : index().manifests()) {
      if (tag(entry).equals(Optional.of(selector)) || entry.digest().toString().equals(selector)) {
        return Optional.of(new RawManifest(entry, read(entry, Manifest.MAX_BYTES)));
      }
    }
    return findUnlisted(selector);
  }

  /// Manifests of an index are not listed in the layout's own.
  private Optional<RawManifest> findUnlisted(String selector) throws IOException, RefusedException {
    try {
      Digest digest = Digest.parse(selector);
      Path file = blob(digest);
      if (!Files.isRegularFile(file)) {
        return Optional.empty();
      }
      Descriptor unknown = Descriptor.of(MediaTypes.MANIFEST, digest, Files.size(file));
      Bytes raw = read(unknown, Manifest.MAX_BYTES);
      String type =
          Json.parseObject(raw, Manifest.LIMITS)
              .optionalString("mediaType")
              .orElse(MediaTypes.MANIFEST);
      return Optional.of(new RawManifest(Descriptor.of(type, digest, unknown.size()), raw));
    } catch (FormatException _) {
      return Optional.empty();
    }
  }

  @Override
  public InputStream open(Descriptor descriptor) throws IOException, RefusedException {
    try {
      return Files.newInputStream(blob(descriptor.digest()));
    } catch (NoSuchFileException _) {
      throw new RefusedException(
          ImageCheck.MANIFEST,
          Code.MANIFEST_UNKNOWN,
          "content " + descriptor.digest(),
          "none in " + folder);
    }
  }

  /// Where content is, or would be.
  public Path blob(Digest digest) {
    return blobs(digest.algorithm()).resolve(digest.hex());
  }

  private Path blobs(Digest.Algorithm algorithm) {
    return folder.resolve("blobs").resolve(algorithm.label());
  }

  @Override
  public boolean has(Descriptor descriptor) throws IOException {
    Path file = blob(descriptor.digest());
    return Files.isRegularFile(file) && Files.size(file) == descriptor.size();
  }

  @Override
  public void put(Descriptor descriptor, InputStream content) throws IOException, RefusedException {
    Path file = blob(descriptor.digest());
    Path parent = Files.createDirectories(blobs(descriptor.digest().algorithm()));
    Path partial = partial(parent);
    try (BlobReader in = new BlobReader(content, descriptor)) {
      byte[] buffer = new byte[BUFFER];
      try (OutputStream out = Files.newOutputStream(partial)) {
        for (int got = in.read(buffer, 0, BUFFER); got >= 0; got = in.read(buffer, 0, BUFFER)) {
          out.write(buffer, 0, got);
        }
      }
      in.finish();
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  @Override
  public void tag(String tag, RawManifest manifest) throws IOException, RefusedException {
    write(manifest.raw());
    Map<String, String> annotations = new HashMap<>(manifest.descriptor().annotations());
    annotations.put(REF_NAME, tag);
    List<Descriptor> all = new ArrayList<>(index().manifests());
    all.removeIf(entry -> tag(entry).equals(Optional.of(tag)));
    all.add(manifest.descriptor().withAnnotations(annotations));
    writeIndex(index().with(all));
  }

  void writeIndex(ImageIndex index) throws IOException {
    writeFile(folder, INDEX_FILE, index.encode());
  }

  @Override
  public void store(RawManifest manifest) throws IOException {
    write(manifest.raw());
  }

  /// Writes content whose digest is not known yet.
  Digest write(Bytes content) throws IOException {
    Digest digest = Digest.sha256(content);
    writeFile(Files.createDirectories(blobs(digest.algorithm())), digest.hex(), content);
    return digest;
  }

  /// Starts content whose digest comes out at the end.
  BlobWriter newBlob() throws IOException {
    Path parent = Files.createDirectories(blobs(Digest.Algorithm.SHA256));
    return new BlobWriter(this, partial(parent));
  }

  private static Path partial(Path parent) throws IOException {
    return Files.createTempFile(parent, ".partial", "");
  }

  private static Bytes readFile(Path file, int max) throws IOException, FormatException {
    if (Files.size(file) > max) {
      throw FormatException.oversized(0, "at most " + max + " bytes", file.toString());
    }
    return Bytes.of(Files.readAllBytes(file));
  }

  private static void writeFile(Path parent, String name, Bytes content) throws IOException {
    Path partial = partial(parent);
    try {
      Files.write(partial, content.toByteArray());
      Files.move(
          partial,
          parent.resolve(name),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /// Content on its way into a layout.
  static final class BlobWriter extends OutputStream {
    private final OciLayout layout;
    private final Path partial;
    private final OutputStream out;
    private final MessageDigest digest = Digest.Algorithm.SHA256.newDigest();
    private long size;

    private BlobWriter(OciLayout layout, Path partial) throws IOException {
      this.layout = layout;
      this.partial = partial;
      this.out = Files.newOutputStream(partial);
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
      out.write(buffer, offset, length);
      digest.update(buffer, offset, length);
      size += length;
    }

    /// Keeps the content.
    Descriptor commit(String mediaType) throws IOException {
      out.close();
      Digest found = Digest.of(Digest.Algorithm.SHA256, digest);
      Files.move(
          partial,
          layout.blob(found),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      return Descriptor.of(mediaType, found, size);
    }

    /// Drops the content unless it was kept.
    @Override
    public void close() throws IOException {
      out.close();
      Files.deleteIfExists(partial);
    }
  }
}
