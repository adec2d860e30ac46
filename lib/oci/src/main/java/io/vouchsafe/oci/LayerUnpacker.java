package io.vouchsafe.oci;

import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// Unpacks images: every layer in order into one folder, whiteouts honoured (specs: guest
/// components §6.1). Blobs are streamed: size and digest, decryption, HMAC, decompression, diff-id
/// in one pass.
///
/// Nothing is visible before everything was checked: layers go to a folder of mode 0700 beside the
/// target, which is renamed at the end and removed on any failure.
public final class LayerUnpacker {

  /// What was unpacked.
  ///
  /// @param layers how many
  /// @param entries of all tars
  /// @param bytes of all tars
  public record Unpacked(int layers, int entries, long bytes) {}

  private final UnpackLimits limits;
  private final FileMetadata metadata;
  private final Progress progress;

  /// @param metadata how owners, attributes and nodes are set
  public LayerUnpacker(UnpackLimits limits, FileMetadata metadata) {
    this(limits, metadata, Progress.none());
  }

  /// @param progress told after each layer
  public LayerUnpacker(UnpackLimits limits, FileMetadata metadata, Progress progress) {
    this.limits = limits;
    this.metadata = metadata;
    this.progress = progress;
  }

  /// Unpacks an image.
  ///
  /// @param target what becomes the root folder; must not exist, its parent must
  /// @throws RefusedException with the code of the first check that fails, see [ImageCheck];
  ///   nothing is left at `target`
  /// @throws IOException if reading or writing fails; nothing is left at `target`
  public Unpacked unpack(Image image, ImageSource source, LayerKeys keys, Path target)
      throws IOException, RefusedException {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    Path staging = target.resolveSibling("." + target.getFileName() + ".partial");
    ConfinedRoot.removeTree(staging);
    ConfinedRoot.makeFolder(staging);
    boolean done = false;
    try {
      Unpacked unpacked = layers(image, source, keys, staging);
      Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
      done = true;
      return unpacked;
    } catch (IOException e) {
      if (isFull(e)) {
        throw full(target);
      }
      throw e;
    } finally {
      if (!done) {
        ConfinedRoot.removeTree(staging);
      }
    }
  }

  private Unpacked layers(Image image, ImageSource source, LayerKeys keys, Path staging)
      throws IOException, RefusedException {
    RootWriter writer = new RootWriter(staging, metadata, limits.maxEntries());
    List<Descriptor> layers = image.manifest().layers();
    long bytes = 0;
    for (int i = 0; i < layers.size(); i++) {
      progress.at("unpacking layers", i, layers.size());
      Digest diffId = image.config().diffIds().get(i);
      bytes += layer(source, layers.get(i), diffId, keys, limits.maxBytes() - bytes, writer);
    }
    writer.finish();
    progress.at("unpacking layers", layers.size(), layers.size());
    return new Unpacked(layers.size(), writer.entries(), bytes);
  }

  private static long layer(
      ImageSource source,
      Descriptor layer,
      Digest diffId,
      LayerKeys keys,
      long maxBytes,
      RootWriter writer)
      throws IOException, RefusedException {
    try (LayerStream stream = LayerStream.open(source, layer, diffId, keys, maxBytes)) {
      try {
        writer.layer(new TarReader(stream));
        stream.finish();
      } catch (RefusedException e) {
        throw stream.cause(e);
      }
      return stream.count();
    }
  }

  private static boolean isFull(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("No space left on device") || message.contains("quota exceeded");
  }

  private static RefusedException full(Path target) {
    return new RefusedException(
        ImageCheck.SPACE, Code.DISK_FULL, "room for the image at " + target, "no space left");
  }
}
