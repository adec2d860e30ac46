package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/// Reads tar archives as image tools write them: ustar, pax, GNU long names. One buffer, no copies:
/// content goes from it to the file. Everything is bounded; what is not understood is refused,
/// because another reader may understand it differently.
final class TarReader {
  private static final int BLOCK = 512;
  private static final int BUFFER = 128 << 10;
  static final int MAX_EXTENDED = 1 << 20;

  // Offsets and lengths of POSIX.1-2001 "ustar Interchange Format".
  private static final int OFF_MODE = 100;
  private static final int OFF_UID = 108;
  private static final int OFF_GID = 116;
  private static final int OFF_SIZE = 124;
  private static final int OFF_TIME = 136;
  private static final int OFF_CHECKSUM = 148;
  private static final int OFF_TYPE = 156;
  private static final int OFF_LINK = 157;
  private static final int OFF_MAGIC = 257;
  private static final int OFF_MAJOR = 329;
  private static final int OFF_MINOR = 337;
  private static final int OFF_PREFIX = 345;
  private static final int LEN_NAME = 100;
  private static final int LEN_PREFIX = 155;
  private static final int MODE_BITS = 07777;

  private final Compression.Source in;
  private final byte[] buffer = new byte[BUFFER];
  private int position;
  private int limit;
  private long content;
  private int padding;
  private boolean ended;

  TarReader(Compression.Source in) {
    this.in = in;
  }

  /// The next entry, or empty at the end of the archive. Skips what was not read of the one before.
  Optional<TarEntry> next() throws IOException, RefusedException {
    PaxHeader extended = new PaxHeader();
    while (!ended) {
      skipContent();
      if (!header()) {
        break;
      }
      int at = position;
      position += BLOCK;
      switch (buffer[at + OFF_TYPE]) {
        case 'x' -> extended.read(meta(at));
        case 'g' -> meta(at);
        case 'L' -> extended.name(longName(meta(at)));
        case 'K' -> extended.link(longName(meta(at)));
        default -> {
          return Optional.of(entry(at, extended));
        }
      }
    }
    if (extended.isUsed()) {
      throw malformed("an entry behind its extended header", "the end");
    }
    return Optional.empty();
  }

  /// Makes one header block available at `position`; false at the end of the archive.
  private boolean header() throws IOException, RefusedException {
    int available = need(BLOCK);
    if (available == 0) {
      ended = true;
      return false;
    }
    if (available < BLOCK) {
      throw malformed("a header of 512 bytes", available + " bytes");
    }
    if (isZero(position)) {
      ended = true;
      return false;
    }
    long sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      boolean checksum = i >= OFF_CHECKSUM && i < OFF_CHECKSUM + 8;
      sum += checksum ? ' ' : buffer[position + i] & 0xff;
    }
    if (number(position + OFF_CHECKSUM, 8, "checksum") != sum) {
      throw malformed("a tar header with its checksum", "another checksum");
    }
    return true;
  }

  private boolean isZero(int at) {
    for (int i = 0; i < BLOCK; i++) {
      if (buffer[at + i] != 0) {
        return false;
      }
    }
    return true;
  }

  /// Makes `count` bytes available if there are as many.
  private int need(int count) throws IOException, RefusedException {
    while (limit - position < count) {
      if (position > 0) {
        System.arraycopy(buffer, position, buffer, 0, limit - position);
        limit -= position;
        position = 0;
      }
      int got = in.read(buffer, limit, buffer.length - limit);
      if (got < 0) {
        return limit - position;
      }
      limit += got;
    }
    return count;
  }

  private TarEntry entry(int at, PaxHeader extended) throws RefusedException {
    byte type = buffer[at + OFF_TYPE];
    String name = extended.name().isPresent() ? extended.name().get() : ustarName(at);
    TarEntry.Kind kind = kind(type, name);
    String link =
        extended.link().isPresent() ? extended.link().get() : text(at + OFF_LINK, LEN_NAME);
    long size = extended.size().isPresent() ? extended.size().get() : number(at + OFF_SIZE, 12);
    boolean hasContent = kind == TarEntry.Kind.FILE;
    if (size < 0 || size > Descriptor.MAX_SIZE) {
      throw malformed("a size from 0 to " + Descriptor.MAX_SIZE, Long.toString(size));
    }
    // Some writers state a size for links and folders, whose content does not follow.
    begin(hasContent ? size : 0);
    boolean device = kind == TarEntry.Kind.CHARACTER_DEVICE || kind == TarEntry.Kind.BLOCK_DEVICE;
    return new TarEntry(
        name,
        kind,
        link,
        hasContent ? size : 0,
        (int) (number(at + OFF_MODE, 8) & MODE_BITS),
        id(extended.uid().isPresent() ? extended.uid().get() : number(at + OFF_UID, 8)),
        id(extended.gid().isPresent() ? extended.gid().get() : number(at + OFF_GID, 8)),
        time(at, extended),
        device ? id(number(at + OFF_MAJOR, 8)) : 0,
        device ? id(number(at + OFF_MINOR, 8)) : 0,
        extended.xattrs());
  }

  private FileTime time(int at, PaxHeader extended) throws RefusedException {
    return extended.time().isPresent()
        ? extended.time().get()
        : FileTime.from(number(at + OFF_TIME, 12), java.util.concurrent.TimeUnit.SECONDS);
  }

  private static TarEntry.Kind kind(byte type, String name) throws RefusedException {
    return switch (type) {
      case '0', 0, '7' -> name.endsWith("/") ? TarEntry.Kind.DIRECTORY : TarEntry.Kind.FILE;
      case '1' -> TarEntry.Kind.HARD_LINK;
      case '2' -> TarEntry.Kind.SYMLINK;
      case '3' -> TarEntry.Kind.CHARACTER_DEVICE;
      case '4' -> TarEntry.Kind.BLOCK_DEVICE;
      case '5' -> TarEntry.Kind.DIRECTORY;
      case '6' -> TarEntry.Kind.FIFO;
      default ->
          throw new RefusedException(
              ImageCheck.LAYER_TAR,
              Code.UNSUPPORTED_VERSION,
              "files, folders, links, devices and FIFOs",
              "an entry of type " + (type & 0xff));
    };
  }

  private String ustarName(int at) throws RefusedException {
    String name = text(at, LEN_NAME);
    boolean posix = buffer[at + OFF_MAGIC + 5] == 0 && text(at + OFF_MAGIC, 5).equals("ustar");
    String prefix = posix ? text(at + OFF_PREFIX, LEN_PREFIX) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private String text(int at, int length) throws RefusedException {
    int end = at;
    while (end < at + length && buffer[end] != 0) {
      end++;
    }
    return utf8(buffer, at, end - at);
  }

  /// Names that are not UTF-8 could not be told apart once they are Java texts.
  static String utf8(byte[] from, int offset, int length) throws RefusedException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(from, offset, length))
          .toString();
    } catch (CharacterCodingException _) {
      throw malformed("names in UTF-8", "other bytes");
    }
  }

  private static int id(long value) throws RefusedException {
    if (value < 0 || value > 0xffff_ffffL) {
      throw malformed("a number of 32 bits", Long.toString(value));
    }
    return (int) value;
  }

  private long number(int at, int length) throws RefusedException {
    return number(at, length, "number");
  }

  /// Octal digits, or base 256 when the first bit is set (GNU).
  private long number(int at, int length, String what) throws RefusedException {
    if ((buffer[at] & 0x80) != 0) {
      return binary(at, length, what);
    }
    int from = at;
    int to = at + length;
    while (from < to && buffer[from] == ' ') {
      from++;
    }
    while (to > from && (buffer[to - 1] == ' ' || buffer[to - 1] == 0)) {
      to--;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      if (buffer[i] < '0' || buffer[i] > '7') {
        throw malformed("octal digits as " + what, "something else");
      }
      value = value << 3 | (buffer[i] - '0');
    }
    return value;
  }

  private long binary(int at, int length, String what) throws RefusedException {
    boolean negative = (buffer[at] & 0x40) != 0;
    long value = negative ? -1 : 0;
    for (int i = 0; i < length; i++) {
      int bits = i == 0 ? (negative ? buffer[at] : buffer[at] & 0x7f) : buffer[at + i];
      if (value != value << 8 >> 8) {
        throw malformed("a number of 64 bits as " + what, "a larger one");
      }
      value = value << 8 | (bits & 0xff);
    }
    return value;
  }

  /// The content of an extended header.
  private byte[] meta(int at) throws IOException, RefusedException {
    long size = number(at + OFF_SIZE, 12);
    if (size < 0 || size > MAX_EXTENDED) {
      throw new RefusedException(
          ImageCheck.LAYER_TAR,
          Code.OVERSIZED,
          "extended headers of at most " + MAX_EXTENDED + " bytes",
          Long.toString(size));
    }
    begin(size);
    byte[] all = new byte[(int) size];
    int done = 0;
    while (content > 0) {
      int part = available();
      System.arraycopy(buffer, position, all, done, part);
      consume(part);
      done += part;
    }
    return all;
  }

  private static String longName(byte[] content) throws RefusedException {
    int end = 0;
    while (end < content.length && content[end] != 0) {
      end++;
    }
    return utf8(content, 0, end);
  }

  private void begin(long size) {
    content = size;
    padding = (int) (-size & (BLOCK - 1));
  }

  /// Bytes of the current content in the buffer; at least one.
  private int available() throws IOException, RefusedException {
    if (position == limit && need(1) == 0) {
      throw malformed(content + " more bytes of content", "the end");
    }
    return (int) Math.min(content, limit - position);
  }

  private void consume(int count) {
    position += count;
    content -= count;
  }

  /// Writes the current entry's content.
  void transferTo(WritableByteChannel out) throws IOException, RefusedException {
    while (content > 0) {
      int part = available();
      ByteBuffer chunk = ByteBuffer.wrap(buffer, position, part);
      while (chunk.hasRemaining()) {
        out.write(chunk);
      }
      consume(part);
    }
  }

  /// The current entry's content, which must be small.
  Bytes content(int max) throws IOException, RefusedException {
    if (content > max) {
      throw new RefusedException(
          ImageCheck.LAYER_TAR,
          Code.OVERSIZED,
          "a file of at most " + max + " bytes",
          Long.toString(content));
    }
    byte[] all = new byte[(int) content];
    int done = 0;
    while (content > 0) {
      int part = available();
      System.arraycopy(buffer, position, all, done, part);
      consume(part);
      done += part;
    }
    return Bytes.of(all);
  }

  private void skipContent() throws IOException, RefusedException {
    while (content > 0) {
      consume(available());
    }
    // The last entry of a cut archive may lack its padding.
    int skipped = Math.min(padding, need(padding));
    position += skipped;
    padding = 0;
  }

  static RefusedException malformed(String expected, String found) {
    return new RefusedException(ImageCheck.LAYER_TAR, Code.MALFORMED, expected, found);
  }
}
