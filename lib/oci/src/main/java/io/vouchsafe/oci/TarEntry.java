package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import java.nio.file.attribute.FileTime;
import java.util.Map;

/// One entry of a layer's tar, names unchecked.
///
/// @param name as it stands there
/// @param kind what it is
/// @param link target of a link; empty for the rest
/// @param size bytes of content; 0 for all but files
/// @param mode permission bits with set-id and sticky bits
/// @param uid owner
/// @param gid group
/// @param time last change
/// @param major device number
/// @param minor device number
/// @param xattrs extended attributes
record TarEntry(
    String name,
    Kind kind,
    String link,
    long size,
    int mode,
    int uid,
    int gid,
    FileTime time,
    int major,
    int minor,
    Map<String, Bytes> xattrs) {

  enum Kind {
    FILE,
    HARD_LINK,
    SYMLINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    DIRECTORY,
    FIFO
  }
}
