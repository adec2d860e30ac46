package io.vouchsafe.oci;

import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// A root folder that names cannot leave. Each folder on the way is looked at without following
/// links; a link is followed by hand, with the root folder as `/`. A link that climbs above it is
/// refused, although the kernel would stop there: no honest layer writes through such a link.
///
/// Races are excluded by the folder's mode: 0700 until all is done, so nobody else is in it.
final class ConfinedRoot {
  private static final int MAX_LINKS = 40;
  private static final int MAX_NAME = 4096;
  private static final int MAX_PART = 255;

  /// A place in the root.
  ///
  /// @param path where it is; no part of it but the last can be a link
  /// @param key the same, relative to the root, parts joined by `/`; empty for the root
  record Place(Path path, String key) {
    private Place child(String part) throws RefusedException {
      try {
        return new Place(path.resolve(part), key.isEmpty() ? part : key + "/" + part);
      } catch (InvalidPathException _) {
        throw unsafe(part, "a name that this system cannot write (is the locale UTF-8?)");
      }
    }
  }

  private final Place root;
  private final Consumer<String> implied;
  private Optional<String> cachedName = Optional.empty();
  private Place cachedFolder;

  /// @param root an existing folder
  /// @param implied told the key of each folder that is made because an entry needs it
  ConfinedRoot(Path root, Consumer<String> implied) {
    this.implied = implied;
    this.root = new Place(root, "");
    this.cachedFolder = this.root;
  }

  Place root() {
    return root;
  }

  /// Where an entry belongs; the folders on the way are made.
  Place place(String name) throws IOException, RefusedException {
    List<String> parts = parts(name);
    if (parts.isEmpty()) {
      return root;
    }
    return folder(parts).child(parts.getLast());
  }

  /// Where an existing entry is, or empty if there is none.
  Optional<Place> find(String name) throws IOException, RefusedException {
    List<String> parts = parts(name);
    Optional<Place> folder = walk(parts.subList(0, Math.max(0, parts.size() - 1)), false);
    if (folder.isEmpty() || parts.isEmpty()) {
      return folder;
    }
    Place place = folder.get().child(parts.getLast());
    return Files.exists(place.path, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(place)
        : Optional.empty();
  }

  /// Forgets what was resolved; called whenever a folder or link on the way may have changed.
  void changed() {
    cachedName = Optional.empty();
  }

  private Place folder(List<String> parts) throws IOException, RefusedException {
    List<String> parents = parts.subList(0, parts.size() - 1);
    String name = String.join("/", parents);
    if (cachedName.isEmpty() || !cachedName.get().equals(name)) {
      cachedFolder = walk(parents, true).orElseThrow();
      cachedName = Optional.of(name);
    }
    return cachedFolder;
  }

  /// Splits a name and refuses whatever could climb.
  static List<String> parts(String name) throws RefusedException {
    if (name.startsWith("/")) {
      throw unsafe(name, "an absolute name");
    }
    if (name.length() > MAX_NAME) {
      throw unsafe(name, "a name of " + name.length() + " characters");
    }
    List<String> parts = new ArrayList<>();
    for (String part : name.split("/", -1)) {
      if (part.equals("..")) {
        throw unsafe(name, "a name that climbs");
      }
      if (part.length() > MAX_PART || part.indexOf('\0') >= 0) {
        throw unsafe(name, "a part that no file system takes");
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return parts;
  }

  private Optional<Place> walk(List<String> parts, boolean make)
      throws IOException, RefusedException {
    Deque<String> todo = new ArrayDeque<>(parts);
    Deque<Place> above = new ArrayDeque<>();
    Place here = root;
    int links = 0;
    while (!todo.isEmpty()) {
      String part = todo.pop();
      if (part.equals("..")) {
        if (above.isEmpty()) {
          throw unsafe(String.join("/", parts), "a way through a link that climbs");
        }
        here = above.pop();
        continue;
      }
      Place next = here.child(part);
      Optional<BasicFileAttributes> found = attributes(next.path);
      if (found.isPresent() && found.get().isSymbolicLink()) {
        if (++links > MAX_LINKS) {
          throw unsafe(String.join("/", parts), "a way through too many links");
        }
        String target = Files.readSymbolicLink(next.path).toString();
        if (target.startsWith("/")) {
          above.clear();
          here = root;
        }
        push(todo, target);
        continue;
      }
      if (found.isEmpty()) {
        if (!make) {
          return Optional.empty();
        }
        makeFolder(next.path);
        implied.accept(next.key);
      } else if (!found.get().isDirectory()) {
        throw TarReader.malformed("a folder at " + ImageName.quoted(next.key), "something else");
      }
      above.push(here);
      here = next;
    }
    return Optional.of(here);
  }

  private static void push(Deque<String> todo, String target) {
    String[] parts = target.split("/", -1);
    for (int i = parts.length - 1; i >= 0; i--) {
      if (!parts[i].isEmpty() && !parts[i].equals(".")) {
        todo.push(parts[i]);
      }
    }
  }

  /// A folder that only we can enter until its own mode is set at the end.
  static void makeFolder(Path path) throws IOException {
    Files.createDirectory(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /// What is at `path`, without following a link.
  static Optional<BasicFileAttributes> attributes(Path path) throws IOException {
    try {
      return Optional.of(
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  /// Removes what lower layers put at a place; what this layer made (by key) stays.
  ///
  /// @return whether nothing is left there
  boolean removeLower(Place place, Set<String> made) throws IOException, RefusedException {
    Optional<BasicFileAttributes> found = attributes(place.path);
    if (found.isEmpty()) {
      return true;
    }
    changed();
    if (!found.get().isDirectory()) {
      if (made.contains(place.key)) {
        return false;
      }
      Files.delete(place.path);
      return true;
    }
    if (!removeLowerChildren(place, made) || made.contains(place.key)) {
      return false;
    }
    Files.delete(place.path);
    return true;
  }

  /// As [#removeLower(Place, Set)], for what is in a folder.
  boolean removeLowerChildren(Place folder, Set<String> made) throws IOException, RefusedException {
    boolean empty = true;
    for (Path child : children(folder.path)) {
      empty &= removeLower(folder.child(child.getFileName().toString()), made);
    }
    return empty;
  }

  private static List<Path> children(Path folder) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(children::add);
    }
    return children;
  }

  /// Removes whatever is at `path`, without following links.
  static void removeTree(Path path) throws IOException {
    if (attributes(path).isEmpty()) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path folder, @org.jspecify.annotations.Nullable IOException failed)
              throws IOException {
            if (failed != null) {
              throw failed;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  static RefusedException unsafe(String name, String found) {
    return new RefusedException(
        ImageCheck.LAYER_PATH,
        Code.UNSAFE_PATH,
        "entries that stay in the root folder",
        found + ": " + ImageName.quoted(name));
  }
}
