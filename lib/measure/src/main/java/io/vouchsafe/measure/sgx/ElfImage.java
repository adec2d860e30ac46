package io.vouchsafe.measure.sgx;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A position-independent ELF file of x86-64, read as far as its load segments need.
///
/// @param content the whole file
/// @param entry address of the entry point
/// @param segments what is loaded, in the order of the file's table
record ElfImage(Bytes content, long entry, List<Segment> segments) {
  /// Largest file.
  static final int MAX_SIZE = 256 << 20;

  private static final int MAX_HEADERS = 64;
  private static final int FILE_HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final long MAGIC = 0x464c_457fL;
  private static final int CLASS_64_LITTLE_VERSION_1 = 0x01_01_02;
  private static final int DYNAMIC = 3;
  private static final int X86_64 = 62;
  private static final long LOAD = 1;

  /// One load segment.
  ///
  /// @param offset in the file
  /// @param address in memory
  /// @param fileSize bytes in the file
  /// @param memorySize bytes in memory; zeros after those of the file
  /// @param flags execute 1, write 2, read 4
  record Segment(long offset, long address, long fileSize, long memorySize, long flags) {
    long end() {
      return address + memorySize;
    }
  }

  ElfImage {
    Objects.requireNonNull(content, "content");
    segments = List.copyOf(segments);
  }

  /// Reads the headers.
  ///
  /// @throws FormatException if it is no such file, has nothing to load, or a segment does not lie
  ///   in it
  static ElfImage parse(Bytes content) throws FormatException {
    if (content.size() > MAX_SIZE) {
      throw FormatException.oversized(
          0, "an ELF file of at most " + MAX_SIZE + " bytes", content.size() + " bytes");
    }
    ByteReader in = ByteReader.littleEndian(content);
    long magic = in.u32("magic");
    long kind = in.u32("class, data, version") & 0xff_ffff;
    in.skip("padding", 8);
    int type = in.u16("type");
    int machine = in.u16("machine");
    if (magic != MAGIC
        || kind != CLASS_64_LITTLE_VERSION_1
        || type != DYNAMIC
        || machine != X86_64) {
      throw new FormatException(
          magic == MAGIC ? Code.UNSUPPORTED_VERSION : Code.MALFORMED,
          0,
          "a position-independent ELF file of x86-64",
          "magic 0x%x, type %d, machine %d".formatted(magic, type, machine));
    }
    in.skip("version", 4);
    long entry = in.u64("entry point");
    long headersAt = in.u64("program headers");
    in.skip("section headers, flags, header size", 14);
    int headerSize = in.u16("size of a program header");
    int count = in.u16("number of program headers");
    if (headerSize != PROGRAM_HEADER
        || count > MAX_HEADERS
        || headersAt < FILE_HEADER
        || headersAt > content.size() - (long) count * PROGRAM_HEADER) {
      throw FormatException.malformed(
          FILE_HEADER,
          "at most " + MAX_HEADERS + " program headers in the file",
          "%d of %d bytes at %d".formatted(count, headerSize, headersAt));
    }
    List<Segment> segments = segments(content, (int) headersAt, count);
    if (segments.isEmpty() || entry < 0) {
      throw FormatException.unexpected("a file with something to load", "none");
    }
    return new ElfImage(content, entry, segments);
  }

  private static List<Segment> segments(Bytes content, int at, int count) throws FormatException {
    List<Segment> segments = new ArrayList<>();
    ByteReader in = ByteReader.littleEndian(content.slice(at, at + count * PROGRAM_HEADER));
    for (int i = 0; i < count; i++) {
      long type = in.u32("type");
      long flags = in.u32("flags");
      long offset = in.u64("offset");
      long address = in.u64("address");
      in.skip("physical address", 8);
      long fileSize = in.u64("size in the file");
      long memorySize = in.u64("size in memory");
      in.skip("alignment", 8);
      if (type == LOAD) {
        Segment segment = new Segment(offset, address, fileSize, memorySize, flags);
        require(segment, content.size());
        segments.add(segment);
      }
    }
    return segments;
  }

  private static void require(Segment segment, int fileSize) throws FormatException {
    boolean sane =
        segment.offset >= 0
            && segment.fileSize >= 0
            && segment.offset <= fileSize
            && segment.fileSize <= fileSize - segment.offset
            && segment.fileSize <= segment.memorySize
            && segment.address >= 0
            && segment.address <= MAX_SIZE
            && segment.memorySize <= MAX_SIZE
            && segment.offset % SgxsWriter.PAGE == segment.address % SgxsWriter.PAGE;
    if (!sane) {
      throw FormatException.unexpected(
          "segments inside of the file, of at most " + MAX_SIZE + " bytes", segment.toString());
    }
  }
}
