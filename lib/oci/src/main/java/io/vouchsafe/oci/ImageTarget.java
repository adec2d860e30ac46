package io.vouchsafe.oci;

import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.io.InputStream;

/// Something that takes images: a layout, or a repository of a registry.
public interface ImageTarget {

  /// Whether the content is there already.
  boolean has(Descriptor descriptor) throws IOException, RefusedException;

  /// Stores content.
  ///
  /// @throws RefusedException if it is not what the descriptor says; nothing is stored then
  void put(Descriptor descriptor, InputStream content) throws IOException, RefusedException;

  /// Stores a manifest without a name.
  void store(ImageSource.RawManifest manifest) throws IOException, RefusedException;

  /// Stores a manifest or index under a tag, in place of what had the tag before.
  void tag(String tag, ImageSource.RawManifest manifest) throws IOException, RefusedException;
}
