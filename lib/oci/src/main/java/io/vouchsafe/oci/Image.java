package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.util.Optional;

/// One image for one platform: manifest and configuration, both checked against their digests.
///
/// @param descriptor of the manifest
/// @param index of the index that the manifest was chosen from
/// @param raw the manifest's bytes
/// @param manifest the manifest
/// @param config the configuration
public record Image(
    Descriptor descriptor,
    Optional<Descriptor> index,
    Bytes raw,
    Manifest manifest,
    ImageConfig config) {

  /// Resolves a tag or digest to an image.
  ///
  /// @throws RefusedException with a code of [ImageCheck#MANIFEST], [ImageCheck#PLATFORM],
  ///   [ImageCheck#BLOB_SIZE] or [ImageCheck#BLOB_DIGEST]
  public static Image load(ImageSource source, String selector, Platform platform)
      throws IOException, RefusedException {
    ImageSource.RawManifest top = source.manifest(selector);
    try {
      if (!MediaTypes.isIndex(top.descriptor().mediaType())) {
        return ofManifest(source, top.descriptor(), Optional.empty(), top.raw());
      }
      Descriptor chosen = choose(ImageIndex.parse(top.raw()), platform);
      Bytes raw = source.read(chosen, Manifest.MAX_BYTES);
      return ofManifest(source, chosen, Optional.of(top.descriptor()), raw);
    } catch (FormatException e) {
      throw invalid(e);
    }
  }

  private static Descriptor choose(ImageIndex index, Platform platform)
      throws FormatException, RefusedException {
    Optional<Descriptor> chosen = index.select(platform);
    if (chosen.isEmpty()) {
      throw new RefusedException(
          ImageCheck.PLATFORM, Code.PLATFORM_MISSING, platform.toString(), "other platforms");
    }
    return chosen.get();
  }

  private static Image ofManifest(
      ImageSource source, Descriptor descriptor, Optional<Descriptor> index, Bytes raw)
      throws IOException, RefusedException, FormatException {
    Manifest manifest = Manifest.parse(raw);
    ImageConfig config = ImageConfig.parse(source.read(manifest.config(), Manifest.MAX_BYTES));
    if (config.diffIds().size() != manifest.layers().size()) {
      throw new RefusedException(
          ImageCheck.MANIFEST,
          Code.MANIFEST_INVALID,
          "as many diff-ids as layers",
          config.diffIds().size() + " diff-ids and " + manifest.layers().size() + " layers");
    }
    return new Image(descriptor, index, raw, manifest, config);
  }

  static RefusedException invalid(FormatException e) {
    return new RefusedException(
        ImageCheck.MANIFEST,
        e.code() == Code.OVERSIZED ? Code.OVERSIZED : Code.MANIFEST_INVALID,
        e.expected(),
        e.found() + " at byte " + e.offset());
  }

  /// Whether any layer is encrypted.
  public boolean isEncrypted() {
    return manifest.layers().stream().anyMatch(layer -> MediaTypes.isEncrypted(layer.mediaType()));
  }
}
