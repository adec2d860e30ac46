package io.vouchsafe.agent;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.verdict.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Who a container runs as.
///
/// @param uid numeric user
/// @param gid numeric group
/// @param groups further groups
/// @param home from the image's `passwd`, or `/`
record ContainerUser(long uid, long gid, List<Long> groups, String home) {
  private static final long MAX_ID = 0xffff_fffeL;

  /// Beyond this, `passwd` or `group` is not read: they are text files of people, not data bases.
  private static final long MAX_FILE = 1 << 20;

  private static final int PASSWD_FIELDS = 6;
  private static final int GROUP_FIELDS = 4;

  ContainerUser {
    groups = List.copyOf(groups);
  }

  /// Resolves the `User` of an image: empty, `user`, `uid`, `user:group` in names or numbers.
  ///
  /// @throws GuestException if a name is not in the image's own files
  static ContainerUser resolve(String user, Path rootfs) throws GuestException {
    int colon = user.indexOf(':');
    String name = colon < 0 ? user : user.substring(0, colon);
    String group = colon < 0 ? "" : user.substring(colon + 1);
    List<String[]> passwd = table(rootfs, "etc/passwd", PASSWD_FIELDS);
    List<String[]> groups = table(rootfs, "etc/group", GROUP_FIELDS);

    Optional<Long> number = id(name.isEmpty() ? "0" : name);
    Optional<String[]> entry = find(passwd, number, name);
    if (number.isEmpty() && entry.isEmpty()) {
      throw unknown(name, "etc/passwd");
    }
    long uid = number.isPresent() ? number.get() : idOf(entry.get()[2], name);
    long gid = entry.isPresent() ? idOf(entry.get()[3], name) : 0;
    if (!group.isEmpty()) {
      gid = group(groups, group);
    }
    String home = entry.isPresent() && !entry.get()[5].isEmpty() ? entry.get()[5] : "/";
    List<Long> further =
        group.isEmpty() && entry.isPresent() ? memberships(groups, entry.get()[0], gid) : List.of();
    return new ContainerUser(uid, gid, further, home);
  }

  private static Optional<String[]> find(
      List<String[]> passwd, Optional<Long> number, String name) {
    for (String[] line : passwd) {
      boolean same = number.isPresent() ? id(line[2]).equals(number) : line[0].equals(name);
      if (same) {
        return Optional.of(line);
      }
    }
    return Optional.empty();
  }

  private static long group(List<String[]> groups, String group) throws GuestException {
    Optional<Long> number = id(group);
    if (number.isPresent()) {
      return number.get();
    }
    for (String[] line : groups) {
      if (line[0].equals(group)) {
        return idOf(line[2], group);
      }
    }
    throw unknown(group, "etc/group");
  }

  private static List<Long> memberships(List<String[]> groups, String name, long own) {
    Set<Long> found = new LinkedHashSet<>();
    for (String[] line : groups) {
      Optional<Long> gid = id(line[2]);
      if (gid.isPresent() && gid.get() != own) {
        for (String member : line[3].split(",", -1)) {
          if (member.equals(name)) {
            found.add(gid.get());
            break;
          }
        }
      }
    }
    return List.copyOf(found);
  }

  private static long idOf(String text, String name) throws GuestException {
    Optional<Long> id = id(text);
    if (id.isEmpty()) {
      throw unknown(name, "a number for it");
    }
    return id.get();
  }

  private static Optional<Long> id(String text) {
    if (text.isEmpty() || text.length() > 10) {
      return Optional.empty();
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return Optional.empty();
      }
      value = 10 * value + (c - '0');
    }
    return value <= MAX_ID ? Optional.of(value) : Optional.empty();
  }

  private static GuestException unknown(String name, String where) {
    return new GuestException(
        GuestCheck.IMAGE_USER, Code.CONTAINER_FAILED, "\"" + name + "\" in " + where, "none");
  }

  private static List<String[]> table(Path rootfs, String name, int fields) throws GuestException {
    List<String[]> lines = new ArrayList<>();
    try {
      Path file = rootfs.resolve(name);
      // A link may lead out of the image, into the guest's own files: then there is no such file.
      if (!Files.isRegularFile(file)
          || !file.toRealPath().startsWith(rootfs.toRealPath())
          || Files.size(file) > MAX_FILE) {
        return lines;
      }
      for (String line : Bytes.of(Files.readAllBytes(file)).utf8Lossy().split("\n", -1)) {
        String[] parts = line.split(":", -1);
        if (parts.length >= fields) {
          lines.add(parts);
        }
      }
    } catch (IOException e) {
      throw GuestException.writing(e);
    }
    return lines;
  }
}
