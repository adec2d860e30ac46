package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What extended headers say about the entry that follows them: records `length SP name=value LF`.
final class PaxHeader {
  private static final String XATTR = "SCHILY.xattr.";
  private static final int MAX_XATTRS = 256;
  private static final int MAX_NUMBER = 40;

  private boolean used;
  private Optional<String> name = Optional.empty();
  private Optional<String> link = Optional.empty();
  private Optional<Long> size = Optional.empty();
  private Optional<Long> uid = Optional.empty();
  private Optional<Long> gid = Optional.empty();
  private Optional<FileTime> time = Optional.empty();
  private final Map<String, Bytes> xattrs = new LinkedHashMap<>();

  Optional<String> name() {
    return name;
  }

  Optional<String> link() {
    return link;
  }

  Optional<Long> size() {
    return size;
  }

  Optional<Long> uid() {
    return uid;
  }

  Optional<Long> gid() {
    return gid;
  }

  Optional<FileTime> time() {
    return time;
  }

  Map<String, Bytes> xattrs() {
    return Map.copyOf(xattrs);
  }

  /// Whether anything was said.
  boolean isUsed() {
    return used;
  }

  void name(String value) {
    used = true;
    name = Optional.of(value);
  }

  void link(String value) {
    used = true;
    link = Optional.of(value);
  }

  void read(byte[] records) throws RefusedException {
    used = true;
    int at = 0;
    while (at < records.length) {
      int space = indexOf(records, (byte) ' ', at, records.length);
      long length = integer(ascii(records, at, space));
      int end = (int) Math.min(at + length, Integer.MAX_VALUE);
      if (length <= space - at + 1 || end > records.length || records[end - 1] != '\n') {
        throw TarReader.malformed("a pax record", "another length");
      }
      int equals = indexOf(records, (byte) '=', space + 1, end);
      String key = TarReader.utf8(records, space + 1, equals - space - 1);
      put(key, records, equals + 1, end - 1);
      at = end;
    }
  }

  private void put(String key, byte[] records, int from, int to) throws RefusedException {
    if (key.startsWith(XATTR)) {
      if (xattrs.size() == MAX_XATTRS) {
        throw new RefusedException(
            ImageCheck.LAYER_TAR,
            Code.OVERSIZED,
            "at most " + MAX_XATTRS + " extended attributes",
            "more");
      }
      xattrs.put(key.substring(XATTR.length()), Bytes.of(records, from, to - from));
      return;
    }
    if (key.startsWith("GNU.sparse.")) {
      throw new RefusedException(
          ImageCheck.LAYER_TAR, Code.UNSUPPORTED_VERSION, "no sparse files", key);
    }
    String value = TarReader.utf8(records, from, to - from);
    if (value.indexOf('\0') >= 0) {
      throw TarReader.malformed("a pax value without NUL", key);
    }
    switch (key) {
      case "path" -> name = Optional.of(value);
      case "linkpath" -> link = Optional.of(value);
      case "size" -> size = Optional.of(integer(value));
      case "uid" -> uid = Optional.of(integer(value));
      case "gid" -> gid = Optional.of(integer(value));
      case "mtime" -> time = Optional.of(time(value));
      default -> {
        // Comments, access times, names of users: nothing that unpacking would need.
      }
    }
  }

  private static FileTime time(String text) throws RefusedException {
    if (text.length() > MAX_NUMBER || text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
      throw TarReader.malformed("a time in seconds", ImageName.quoted(text));
    }
    try {
      BigDecimal seconds = new BigDecimal(text);
      long whole = seconds.setScale(0, java.math.RoundingMode.FLOOR).longValueExact();
      long nanos = seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9).longValue();
      return FileTime.from(Instant.ofEpochSecond(whole, nanos));
    } catch (ArithmeticException | NumberFormatException | java.time.DateTimeException _) {
      throw TarReader.malformed("a time in seconds", ImageName.quoted(text));
    }
  }

  private static int indexOf(byte[] in, byte wanted, int from, int to) throws RefusedException {
    for (int i = from; i < to; i++) {
      if (in[i] == wanted) {
        return i;
      }
    }
    throw TarReader.malformed("a pax record", "no '" + (char) wanted + "'");
  }

  private static String ascii(byte[] in, int from, int to) {
    return new String(in, from, to - from, StandardCharsets.US_ASCII);
  }

  private static long integer(String text) throws RefusedException {
    try {
      if (text.length() <= MAX_NUMBER) {
        return Long.parseLong(text);
      }
    } catch (NumberFormatException _) {
      // Falls through to the refusal.
    }
    throw TarReader.malformed("a whole number", ImageName.quoted(text));
  }
}
