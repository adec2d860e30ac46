package io.vouchsafe.measure;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A firmware image that ends at 4 GiB, with the table of GUIDs that OVMF keeps below its reset
/// vector (specs/evidence-x86 §10.1).
public final class OvmfImage {
  /// Largest image that is read. Real ones have 2 to 16 MiB.
  public static final int MAX_SIZE = 64 << 20;

  /// Bytes of a page.
  public static final int PAGE = 4096;

  private static final EfiGuid FOOTER = EfiGuid.of("96b582de-1fb2-45f7-baea-a366c55a082d");
  private static final long FOUR_GIB = 1L << 32;

  /// The reset vector, after the table.
  private static final int TAIL = 32;

  private static final int ENTRY_HEADER = 2 + EfiGuid.SIZE;

  private final Bytes content;
  private final Map<EfiGuid, Bytes> entries;

  private OvmfImage(Bytes content, Map<EfiGuid, Bytes> entries) {
    this.content = content;
    this.entries = entries;
  }

  /// Reads the table of an image. An image without one has no entries.
  ///
  /// @throws FormatException if the image is too large or its table does not add up
  public static OvmfImage parse(Bytes content) throws FormatException {
    if (content.size() > MAX_SIZE) {
      throw FormatException.oversized(
          0, "firmware of at most " + MAX_SIZE + " bytes", content.size() + " bytes");
    }
    int end = content.size() - TAIL;
    if (end < ENTRY_HEADER || !guidBefore(content, end).equals(FOOTER)) {
      return new OvmfImage(content, Map.of());
    }
    int length = lengthBefore(content, end);
    if (length < ENTRY_HEADER || length > end) {
      throw FormatException.malformed(
          end - ENTRY_HEADER, "a table of " + ENTRY_HEADER + " to " + end + " bytes", length + "");
    }
    return new OvmfImage(content, entries(content, end - length, end - ENTRY_HEADER));
  }

  /// Entries lie on each other: data, then the length of all of it, then the GUID.
  private static Map<EfiGuid, Bytes> entries(Bytes content, int from, int to)
      throws FormatException {
    Map<EfiGuid, Bytes> entries = new LinkedHashMap<>();
    int end = to;
    while (end > from) {
      if (end - from < ENTRY_HEADER) {
        throw FormatException.malformed(from, "a whole entry", end - from + " bytes");
      }
      int length = lengthBefore(content, end);
      if (length < ENTRY_HEADER || length > end - from) {
        throw FormatException.malformed(
            end - ENTRY_HEADER, "an entry inside of the table", length + " bytes");
      }
      Bytes data = content.slice(end - length, end - ENTRY_HEADER);
      if (entries.putIfAbsent(guidBefore(content, end), data) != null) {
        throw FormatException.malformed(end - EfiGuid.SIZE, "each entry once", "one twice");
      }
      end -= length;
    }
    return entries;
  }

  private static EfiGuid guidBefore(Bytes content, int end) throws FormatException {
    return EfiGuid.read(
        ByteReader.littleEndian(content.slice(end - EfiGuid.SIZE, end)), "entry GUID");
  }

  private static int lengthBefore(Bytes content, int end) throws FormatException {
    int at = end - ENTRY_HEADER;
    return ByteReader.littleEndian(content.slice(at, at + 2)).u16("entry length");
  }

  /// The whole image.
  public Bytes content() {
    return content;
  }

  /// Where the image starts in the guest's memory: it ends at 4 GiB.
  public long address() {
    return FOUR_GIB - content.size();
  }

  /// The data of an entry of the table.
  public Optional<Bytes> entry(EfiGuid guid) {
    return Optional.ofNullable(entries.get(guid));
  }

  /// What lies at the offset from the image's end that an entry names.
  ///
  /// @param length bytes to read there
  /// @return empty if there is no such entry
  /// @throws FormatException if the entry holds no offset, or it leads out of the image
  public Optional<ByteReader> at(EfiGuid guid, int length) throws FormatException {
    Optional<Bytes> entry = entry(guid);
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    ByteReader data = ByteReader.littleEndian(entry.get());
    long back = data.u32("offset from the end");
    data.end();
    if (back > content.size() || back < length) {
      throw FormatException.unexpected(
          "an offset of %d to %d bytes from the end".formatted(length, content.size()),
          Long.toString(back));
    }
    int from = content.size() - (int) back;
    return Optional.of(ByteReader.littleEndian(content.slice(from, content.size())));
  }
}
