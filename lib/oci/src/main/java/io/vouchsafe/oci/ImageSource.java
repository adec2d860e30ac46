package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// Something that holds images: a layout, or a repository of a registry.
public interface ImageSource {

  /// A manifest or index, unparsed.
  ///
  /// @param descriptor its type as the source stated it, its true digest and size
  /// @param raw its bytes
  record RawManifest(Descriptor descriptor, Bytes raw) {}

  /// The manifest or index of a tag or digest (text forms). Implementations check the digest if
  /// `selector` is one.
  ///
  /// @return empty if there is none
  /// @throws RefusedException if there is one that cannot be used
  Optional<RawManifest> find(String selector) throws IOException, RefusedException;

  /// Content. **Unchecked**: size and digest are checked by whoever reads the stream, which may
  /// throw [TransferException].
  ///
  /// @throws RefusedException if there is none
  InputStream open(Descriptor descriptor) throws IOException, RefusedException;

  /// As [#find(String)], for what must be there.
  ///
  /// @throws RefusedException with [Code#MANIFEST_UNKNOWN] if it is not
  default RawManifest manifest(String selector) throws IOException, RefusedException {
    Optional<RawManifest> found = find(selector);
    if (found.isEmpty()) {
      throw new RefusedException(
          ImageCheck.MANIFEST, Code.MANIFEST_UNKNOWN, "an image " + selector, "none");
    }
    return found.get();
  }

  /// Content of at most `max` bytes, checked for size and digest.
  ///
  /// @throws RefusedException if it is larger, or not what the descriptor says
  default Bytes read(Descriptor descriptor, int max) throws IOException, RefusedException {
    if (descriptor.size() > max) {
      throw new RefusedException(
          ImageCheck.MANIFEST,
          Code.OVERSIZED,
          "at most " + max + " bytes of " + descriptor.mediaType(),
          descriptor.size() + " bytes");
    }
    byte[] content;
    try (InputStream in = open(descriptor)) {
      content = in.readNBytes((int) descriptor.size() + 1);
    } catch (TransferException e) {
      throw e.refused();
    }
    Bytes bytes = Bytes.of(content);
    BlobReader.requireSize(descriptor, bytes.size());
    BlobReader.requireDigest(descriptor, bytes);
    return bytes;
  }
}
