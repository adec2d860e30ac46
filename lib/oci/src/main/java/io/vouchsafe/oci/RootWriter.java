package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Applies layers to one root folder, lowest first. Modes, owners and times of folders are set at
/// the very end: a folder must stay writable, and what is put in it changes its time.
final class RootWriter {
  private static final String WHITEOUT = ".wh.";
  private static final String WHITEOUT_META = ".wh..wh.";
  private static final String OPAQUE = ".wh..wh..opq";
  private static final int DEFAULT_FOLDER_MODE = 0755;
  private static final Set<StandardOpenOption> CREATE =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final ConfinedRoot root;
  private final FileMetadata metadata;
  private final int maxEntries;
  private final Map<String, TarEntry> folders = new TreeMap<>();
  private Set<String> made = new HashSet<>();
  private int entries;

  RootWriter(Path folder, FileMetadata metadata, int maxEntries) {
    // A folder that was removed and is needed again must not get its old mode.
    this.root = new ConfinedRoot(folder, folders::remove);
    this.metadata = metadata;
    this.maxEntries = maxEntries;
  }

  int entries() {
    return entries;
  }

  /// Applies one layer.
  void layer(TarReader tar) throws IOException, RefusedException {
    made = new HashSet<>();
    root.changed();
    Optional<TarEntry> next = tar.next();
    while (next.isPresent()) {
      if (++entries > maxEntries) {
        throw new RefusedException(
            ImageCheck.LAYER_TAR, Code.OVERSIZED, "at most " + maxEntries + " entries", "more");
      }
      entry(next.get(), tar);
      next = tar.next();
    }
  }

  private void entry(TarEntry entry, TarReader tar) throws IOException, RefusedException {
    String base = base(entry.name());
    if (base.startsWith(WHITEOUT)) {
      whiteout(entry.name(), base);
      return;
    }
    switch (entry.kind()) {
      case DIRECTORY -> folder(entry);
      case FILE -> file(entry, tar);
      case HARD_LINK -> hardLink(entry);
      case SYMLINK -> symlink(entry);
      case CHARACTER_DEVICE -> node(entry, FileMetadata.NodeKind.CHARACTER_DEVICE);
      case BLOCK_DEVICE -> node(entry, FileMetadata.NodeKind.BLOCK_DEVICE);
      case FIFO -> node(entry, FileMetadata.NodeKind.FIFO);
    }
  }

  private static String base(String name) {
    String trimmed = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    return trimmed.substring(trimmed.lastIndexOf('/') + 1);
  }

  /// A whiteout hides what lower layers have, never what this layer brings.
  private void whiteout(String name, String base) throws IOException, RefusedException {
    String parent = name.substring(0, name.lastIndexOf(base));
    if (base.equals(OPAQUE)) {
      Optional<ConfinedRoot.Place> folder = root.find(parent);
      if (folder.isPresent() && Files.isDirectory(folder.get().path(), LinkOption.NOFOLLOW_LINKS)) {
        root.removeLowerChildren(folder.get(), made);
      }
      return;
    }
    if (base.startsWith(WHITEOUT_META)) {
      return; // Bookkeeping of AUFS.
    }
    String hidden = base.substring(WHITEOUT.length());
    if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
      throw ConfinedRoot.unsafe(name, "a whiteout of no entry");
    }
    Optional<ConfinedRoot.Place> place = root.find(parent + hidden);
    if (place.isPresent()) {
      root.removeLower(place.get(), made);
    }
  }

  private void folder(TarEntry entry) throws IOException, RefusedException {
    ConfinedRoot.Place place = root.place(entry.name());
    Optional<BasicFileAttributes> found = ConfinedRoot.attributes(place.path());
    if (found.isEmpty() || !found.get().isDirectory()) {
      clear(place);
      ConfinedRoot.makeFolder(place.path());
    }
    made.add(place.key());
    folders.put(place.key(), entry);
  }

  private void file(TarEntry entry, TarReader tar) throws IOException, RefusedException {
    ConfinedRoot.Place place = vacant(entry);
    try (FileChannel out = FileChannel.open(place.path(), CREATE, PRIVATE)) {
      tar.transferTo(out);
    }
    own(place.path(), entry);
    Files.setLastModifiedTime(place.path(), entry.time());
    mode(place.path(), entry.mode());
  }

  private void symlink(TarEntry entry) throws IOException, RefusedException {
    if (entry.link().isEmpty()) {
      throw TarReader.malformed("a target of the link", ImageName.quoted(entry.name()));
    }
    ConfinedRoot.Place place = vacant(entry);
    try {
      Files.createSymbolicLink(place.path(), Path.of(entry.link()));
    } catch (InvalidPathException _) {
      throw ConfinedRoot.unsafe(entry.link(), "a target that this system cannot write");
    }
    own(place.path(), entry);
    times(place.path(), entry.time());
  }

  /// Mode and owner of a hard link are those of the file that it is a name of.
  private void hardLink(TarEntry entry) throws IOException, RefusedException {
    Optional<ConfinedRoot.Place> target = root.find(entry.link());
    if (target.isEmpty() || Files.isDirectory(target.get().path(), LinkOption.NOFOLLOW_LINKS)) {
      throw TarReader.malformed("a file " + ImageName.quoted(entry.link()) + " to link to", "none");
    }
    ConfinedRoot.Place place = root.place(entry.name());
    if (place.key().equals(target.get().key())) {
      return;
    }
    clear(vacantCheck(entry, place));
    Files.createLink(place.path(), target.get().path());
    made.add(place.key());
  }

  private void node(TarEntry entry, FileMetadata.NodeKind kind)
      throws IOException, RefusedException {
    ConfinedRoot.Place place = vacant(entry);
    metadata.node(
        place.path(), new FileMetadata.Node(kind, entry.mode(), entry.major(), entry.minor()));
    if (ConfinedRoot.attributes(place.path()).isPresent()) {
      own(place.path(), entry);
    }
  }

  /// The place of an entry, with nothing there: the last of several entries wins.
  private ConfinedRoot.Place vacant(TarEntry entry) throws IOException, RefusedException {
    ConfinedRoot.Place place = vacantCheck(entry, root.place(entry.name()));
    clear(place);
    made.add(place.key());
    return place;
  }

  private static ConfinedRoot.Place vacantCheck(TarEntry entry, ConfinedRoot.Place place)
      throws RefusedException {
    if (place.key().isEmpty()) {
      throw ConfinedRoot.unsafe(entry.name(), "something else than a folder as root");
    }
    return place;
  }

  private void clear(ConfinedRoot.Place place) throws IOException {
    if (ConfinedRoot.attributes(place.path()).isPresent()) {
      ConfinedRoot.removeTree(place.path());
      root.changed();
    }
  }

  private void own(Path path, TarEntry entry) throws IOException {
    metadata.owner(path, entry.uid(), entry.gid());
    for (Map.Entry<String, Bytes> xattr : entry.xattrs().entrySet()) {
      metadata.xattr(path, xattr.getKey(), xattr.getValue());
    }
  }

  /// After the owner: changing that clears set-id bits.
  private static void mode(Path path, int mode) throws IOException {
    Files.setAttribute(path, "unix:mode", mode, LinkOption.NOFOLLOW_LINKS);
  }

  private static void times(Path path, FileTime time) throws IOException {
    Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(time, time, time);
  }

  /// Sets what was left for the end, deepest folders first.
  void finish() throws IOException {
    setFolders(root.root());
  }

  private void setFolders(ConfinedRoot.Place place) throws IOException {
    try (var children = Files.newDirectoryStream(place.path())) {
      for (Path child : children) {
        Optional<BasicFileAttributes> found = ConfinedRoot.attributes(child);
        if (found.isPresent() && found.get().isDirectory()) {
          String name = child.getFileName().toString();
          String key = place.key().isEmpty() ? name : place.key() + "/" + name;
          setFolders(new ConfinedRoot.Place(child, key));
        }
      }
    }
    TarEntry entry = folders.get(place.key());
    if (entry == null) {
      mode(place.path(), DEFAULT_FOLDER_MODE);
      return;
    }
    own(place.path(), entry);
    Files.setLastModifiedTime(place.path(), entry.time());
    mode(place.path(), entry.mode());
  }
}
