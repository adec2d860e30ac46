package io.vouchsafe.conformance;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/// Compares an unpacked root with what a case says: by path, `absent`, `symlink -> TARGET`,
/// `hardlink to PATH`, or an object of `sha256`, `mode`, `nlink`, `uid`, `gid`.
final class RootComparison {
  private static final String SYMLINK = "symlink -> ";
  private static final String HARD_LINK = "hardlink to ";
  private static final int PERMISSIONS = 07777;

  private final Path root;
  private final Owners owners;

  RootComparison(Path root, Owners owners) {
    this.root = root;
    this.owners = owners;
  }

  void compare(Json.Obj rootfs) throws Difference, FormatException, IOException {
    for (var entry : rootfs.members().entrySet()) {
      Path path = inside(entry.getKey());
      switch (entry.getValue()) {
        case Json.Str(String text) -> link(entry.getKey(), path, text);
        case Json.Obj members -> file(entry.getKey(), path, members);
        case Json.Arr _, Json.Num _, Json.Bool _, Json.Null _ ->
            throw FormatException.unexpected("what " + entry.getKey() + " is", "another type");
      }
    }
  }

  private Path inside(String name) throws FormatException {
    Path path = root.resolve(relative(name)).normalize();
    if (!path.startsWith(root)) {
      throw FormatException.unexpected("a path below the root", name);
    }
    return path;
  }

  private static String relative(String name) {
    return name.startsWith("/") ? name.substring(1) : name;
  }

  private void link(String name, Path path, String text)
      throws Difference, FormatException, IOException {
    boolean there = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    if (text.equals("absent")) {
      Difference.require(name, text, there ? "present" : "absent");
    } else if (!there) {
      throw new Difference(name + " " + text, "absent");
    } else if (text.startsWith(SYMLINK)) {
      String target =
          Files.isSymbolicLink(path) ? SYMLINK + Files.readSymbolicLink(path) : "no symbolic link";
      Difference.require(name, text, target);
    } else if (text.startsWith(HARD_LINK)) {
      boolean same = Files.isSameFile(path, inside(text.substring(HARD_LINK.length())));
      Difference.require(name, text, same ? text : "another file");
    } else {
      throw FormatException.unexpected("absent, a symlink or a hardlink", text);
    }
  }

  private void file(String name, Path path, Json.Obj expected)
      throws Difference, FormatException, IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new Difference(name + " present", "absent");
    }
    Optional<String> digest = expected.optionalString("sha256");
    if (digest.isPresent()) {
      Difference.require(name + " with", digest.get(), Digest.sha256(CaseFile.bytes(path)).hex());
    }
    Optional<String> mode = expected.optionalString("mode");
    if (mode.isPresent()) {
      String octal = Integer.toOctalString(unix(path, "mode") & PERMISSIONS);
      Difference.require(name + " of mode", mode.get().replaceFirst("^0+(?=.)", ""), octal);
    }
    if (expected.present("nlink").isPresent()) {
      Difference.require(name + " links", expected.integer("nlink"), (long) unix(path, "nlink"));
    }
    owner(name, expected);
  }

  private static int unix(Path path, String attribute) throws IOException {
    return ((Number) Files.getAttribute(path, "unix:" + attribute, LinkOption.NOFOLLOW_LINKS))
        .intValue();
  }

  private void owner(String name, Json.Obj expected) throws Difference, FormatException {
    Owners.Owner owner = owners.of(relative(name)).orElse(new Owners.Owner(0, 0));
    if (expected.present("uid").isPresent()) {
      Difference.require(name + " of user", expected.integer("uid"), (long) owner.uid());
    }
    if (expected.present("gid").isPresent()) {
      Difference.require(name + " of group", expected.integer("gid"), (long) owner.gid());
    }
  }
}
