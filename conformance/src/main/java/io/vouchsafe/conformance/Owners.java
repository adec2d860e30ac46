package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.oci.FileMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Keeps in mind who would own what: setting owners takes privileges that a run has no need of.
final class Owners implements FileMetadata {
  /// User and group of a file.
  record Owner(int uid, int gid) {}

  private final Map<Path, Owner> owners = new HashMap<>();
  private final FileMetadata nothing = FileMetadata.unprivileged();

  @Override
  public void owner(Path path, int uid, int gid) {
    owners.put(path, new Owner(uid, gid));
  }

  @Override
  public void xattr(Path path, String name, Bytes value) throws IOException {
    nothing.xattr(path, name, value);
  }

  @Override
  public void node(Path path, Node node) throws IOException {
    nothing.node(path, node);
  }

  /// The owner of `name` below the root, wherever the root was while it was written.
  Optional<Owner> of(String name) {
    return owners.entrySet().stream()
        .filter(entry -> entry.getKey().endsWith(name))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
