package io.vouchsafe.guest.image;

import io.vouchsafe.encoding.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// An archive of the form that the kernel unpacks as its first file system (`newc`,
/// Documentation/driver-api/early-userspace/buffer-format). Owner root, time zero, entries in the
/// order given: same entries, same bytes.
final class CpioArchive {
  private static final String MAGIC = "070701";
  private static final int S_IFDIR = 0040000;
  private static final int S_IFREG = 0100000;
  private static final int S_IFLNK = 0120000;
  private static final int LINK_MODE = 0777;
  private static final int ALIGNMENT = 4;
  private static final String TRAILER = "TRAILER!!!";

  private record Entry(String path, int mode, Bytes data) {}

  private final List<Entry> entries = new ArrayList<>();
  private final Set<String> paths = new HashSet<>();

  /// A folder. Its parent must have been added.
  CpioArchive folder(String path) {
    return add(path, S_IFDIR | 0755, Bytes.EMPTY);
  }

  /// A file with permissions as in `0644`.
  CpioArchive file(String path, int permissions, Bytes data) {
    return add(path, S_IFREG | permissions, data);
  }

  /// A symbolic link.
  CpioArchive link(String path, String target) {
    return add(path, S_IFLNK | LINK_MODE, Bytes.utf8(target));
  }

  private CpioArchive add(String path, int mode, Bytes data) {
    int slash = path.lastIndexOf('/');
    if (path.isEmpty() || path.startsWith("/") || path.equals(TRAILER) || !paths.add(path)) {
      throw new IllegalArgumentException("path of an entry: " + path);
    }
    if (slash > 0 && !paths.contains(path.substring(0, slash))) {
      throw new IllegalArgumentException("no folder for " + path);
    }
    entries.add(new Entry(path, mode, data));
    return this;
  }

  /// Whether an entry was added.
  boolean has(String path) {
    return paths.contains(path);
  }

  /// The bytes, padded to four.
  Bytes encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int inode = 1;
    for (Entry entry : entries) {
      write(out, inode++, entry);
    }
    write(out, 0, new Entry(TRAILER, 0, Bytes.EMPTY));
    return Bytes.of(out.toByteArray());
  }

  private static void write(ByteArrayOutputStream out, int inode, Entry entry) {
    byte[] name = entry.path().getBytes(StandardCharsets.UTF_8);
    int links = (entry.mode() & S_IFDIR) == S_IFDIR ? 2 : 1;
    // ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor namesize check
    int[] fields = {
      inode, entry.mode(), 0, 0, links, 0, entry.data().size(), 0, 0, 0, 0, name.length + 1, 0
    };
    StringBuilder header = new StringBuilder(MAGIC);
    for (int field : fields) {
      header.append(String.format(Locale.ROOT, "%08X", field));
    }
    out.writeBytes(header.toString().getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(name);
    out.write(0);
    pad(out);
    out.writeBytes(entry.data().toByteArray());
    pad(out);
  }

  private static void pad(ByteArrayOutputStream out) {
    while (out.size() % ALIGNMENT != 0) {
      out.write(0);
    }
  }
}
