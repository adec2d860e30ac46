package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import java.io.IOException;
import java.nio.file.Path;

/// The part of unpacking that needs privileges: owners, extended attributes, device nodes. Methods
/// must not follow a symbolic link at `path`.
public interface FileMetadata {

  /// What is no file, folder or link.
  enum NodeKind {
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    FIFO
  }

  /// A node to make.
  ///
  /// @param kind what it is
  /// @param mode permission bits
  /// @param major device number; 0 for a FIFO
  /// @param minor device number; 0 for a FIFO
  record Node(NodeKind kind, int mode, int major, int minor) {}

  /// Gives `path` to an owner; ids are unsigned 32-bit numbers.
  void owner(Path path, int uid, int gid) throws IOException;

  /// Sets an extended attribute, name with its namespace.
  void xattr(Path path, String name, Bytes value) throws IOException;

  /// Makes a node; nothing exists at `path`.
  void node(Path path, Node node) throws IOException;

  /// For callers without privileges: owners, attributes and nodes are left out.
  static FileMetadata unprivileged() {
    return new FileMetadata() {
      @Override
      public void owner(Path path, int uid, int gid) {
        // Everything belongs to the caller.
      }

      @Override
      public void xattr(Path path, String name, Bytes value) {
        // Namespaces other than `user` need privileges; images rarely use that one.
      }

      @Override
      public void node(Path path, Node node) {
        // Needs privileges.
      }
    };
  }
}
