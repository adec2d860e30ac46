package io.vouchsafe.agent;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.linux.FileNodes;
import io.vouchsafe.oci.FileMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// Owners, attributes and nodes as an image has them: the guest unpacks as root into a file system
/// of its own. Owners go through the JDK, since starting the native linker costs an emulated guest
/// more than the rest of a small image; only what the JDK cannot do goes through system calls.
final class GuestFiles implements FileMetadata {

  @Override
  public void owner(Path path, int uid, int gid) throws IOException {
    // What a process of root makes belongs to root already.
    if (uid != 0) {
      Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
    }
    if (gid != 0) {
      Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
    }
  }

  @Override
  public void xattr(Path path, String name, Bytes value) throws IOException {
    FileNodes.attribute(path, name, value);
  }

  @Override
  public void node(Path path, Node node) throws IOException {
    int type =
        switch (node.kind()) {
          case CHARACTER_DEVICE -> FileNodes.CHARACTER_DEVICE;
          case BLOCK_DEVICE -> FileNodes.BLOCK_DEVICE;
          case FIFO -> FileNodes.FIFO;
        };
    FileNodes.make(path, type | node.mode(), node.major(), node.minor());
    // The process's mask took bits away. Following links on purpose: that is chmod(2), while the
    // JDK's other way opens the file, which waits for ever at a FIFO and wakes devices.
    Files.setAttribute(path, "unix:mode", node.mode());
  }
}
