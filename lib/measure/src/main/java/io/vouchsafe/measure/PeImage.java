package io.vouchsafe.measure;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.tpm.HashAlg;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// A PE image (Microsoft PE format, as UEFI uses it), read as far as its Authenticode digest and
/// its sections need. The image is not copied.
public final class PeImage {
  /// Largest image that is read. Kernels and unified kernel images have 10 to 200 MB.
  public static final int MAX_SIZE = 1 << 30;

  private static final int MAX_SECTIONS = 96;
  private static final int DOS_MAGIC = 0x5A4D;
  private static final long PE_MAGIC = 0x0000_4550L;
  private static final int PE32 = 0x10B;
  private static final int PE32_PLUS = 0x20B;
  private static final int OFF_PE_OFFSET = 0x3C;
  private static final int COFF_SIZE = 24;
  private static final int OFF_HEADERS_SIZE = 60;
  private static final int OFF_CHECKSUM = 64;
  private static final int CERTIFICATE_DIRECTORY = 4;
  private static final int SECTION_SIZE = 40;

  /// One section.
  ///
  /// @param name without the padding
  /// @param virtualSize bytes that count, in memory
  /// @param rawSize bytes in the file, padded
  /// @param rawAt where they lie in the file
  public record Section(String name, int virtualSize, int rawSize, int rawAt) {}

  private final Bytes image;
  private final List<Section> sections;
  private final int checksumAt;
  private final int certificatesAt;
  private final int certificatesSize;
  private final int headersSize;

  private PeImage(
      Bytes image,
      List<Section> sections,
      int checksumAt,
      int certificatesAt,
      int certificatesSize,
      int headersSize) {
    this.image = image;
    this.sections = sections;
    this.checksumAt = checksumAt;
    this.certificatesAt = certificatesAt;
    this.certificatesSize = certificatesSize;
    this.headersSize = headersSize;
  }

  /// Reads the headers of `image`.
  ///
  /// @throws FormatException if it is no PE image, or sections lie outside of it or on each other
  public static PeImage parse(Bytes image) throws FormatException {
    if (image.size() > MAX_SIZE) {
      throw FormatException.oversized(
          0, "a PE image of at most " + MAX_SIZE + " bytes", image.size() + " bytes");
    }
    if (at(image, 0, 2).u16("DOS magic") != DOS_MAGIC) {
      throw FormatException.malformed(0, "the magic MZ", "another");
    }
    int peAt = bounded(at(image, OFF_PE_OFFSET, 4).u32("PE offset"), image, "PE offset");
    ByteReader coff = at(image, peAt, COFF_SIZE);
    if (coff.u32("PE magic") != PE_MAGIC) {
      throw FormatException.malformed(peAt, "the magic PE", "another");
    }
    coff.skip("machine", 2);
    int count = coff.u16("number of sections");
    if (count > MAX_SECTIONS) {
      throw FormatException.oversized(
          peAt + 6, "at most " + MAX_SECTIONS + " sections", count + " sections");
    }
    coff.skip("symbols", 12);
    int optionalSize = coff.u16("size of optional header");
    int optionalAt = peAt + COFF_SIZE;
    List<Section> sections = sections(image, optionalAt + optionalSize, count);
    return headers(image, optionalAt, optionalSize, sections);
  }

  private static PeImage headers(
      Bytes image, int optionalAt, int optionalSize, List<Section> sections)
      throws FormatException {
    ByteReader optional = at(image, optionalAt, optionalSize);
    int magic = optional.u16("optional header magic");
    if (magic != PE32 && magic != PE32_PLUS) {
      throw FormatException.malformed(optionalAt, "PE32 or PE32+", Integer.toHexString(magic));
    }
    int directories = magic == PE32_PLUS ? 112 : 96;
    ByteReader sizes = at(image, optionalAt + OFF_HEADERS_SIZE, 4);
    int headersSize = bounded(sizes.u32("size of headers"), image, "size of headers");
    ByteReader countReader = at(image, optionalAt + directories - 4, 4);
    int certificatesAt = -1;
    int certificatesSize = 0;
    if (countReader.u32("number of directories") > CERTIFICATE_DIRECTORY) {
      certificatesAt = optionalAt + directories + 8 * CERTIFICATE_DIRECTORY;
      ByteReader entry = at(image, certificatesAt, 8);
      entry.skip("certificate table address", 4);
      certificatesSize = bounded(entry.u32("certificate table size"), image, "certificates");
    }
    int last = certificatesAt < 0 ? optionalAt + OFF_CHECKSUM + 4 : certificatesAt + 8;
    if (headersSize < last) {
      throw FormatException.malformed(
          optionalAt + OFF_HEADERS_SIZE,
          "headers of at least " + last + " bytes",
          headersSize + "");
    }
    return new PeImage(
        image, sections, optionalAt + OFF_CHECKSUM, certificatesAt, certificatesSize, headersSize);
  }

  private static List<Section> sections(Bytes image, int at, int count) throws FormatException {
    List<Section> sections = new ArrayList<>(count);
    ByteReader table = at(image, at, count * SECTION_SIZE);
    for (int i = 0; i < count; i++) {
      String name = name(table.bytes("section name", 8));
      long virtualSize = table.u32("virtual size");
      table.skip("virtual address", 4);
      long rawSize = table.u32("raw size");
      long rawAt = table.u32("raw address");
      table.skip("relocations and flags", 16);
      if (rawSize != 0 && rawAt + rawSize > image.size()) {
        throw FormatException.malformed(
            at, "section " + name + " inside of the image", rawAt + rawSize + " bytes");
      }
      sections.add(
          new Section(
              name,
              (int) Math.min(virtualSize, Integer.MAX_VALUE),
              (int) rawSize,
              rawSize == 0 ? 0 : (int) rawAt));
    }
    return List.copyOf(sections);
  }

  private static String name(Bytes padded) {
    int end = 0;
    while (end < padded.size() && padded.at(end) != 0) {
      end++;
    }
    return new String(padded.slice(0, end).toByteArray(), StandardCharsets.ISO_8859_1);
  }

  private static ByteReader at(Bytes image, int offset, int length) throws FormatException {
    if (offset < 0 || length > image.size() - offset) {
      throw FormatException.malformed(offset, length + " bytes of PE headers", "end of the image");
    }
    return ByteReader.littleEndian(image.slice(offset, offset + length));
  }

  private static int bounded(long value, Bytes image, String what) throws FormatException {
    if (value > image.size()) {
      throw FormatException.malformed(0, what + " inside of the image", Long.toString(value));
    }
    return (int) value;
  }

  /// The sections, in the order of their headers.
  public List<Section> sections() {
    return sections;
  }

  /// The section with this name, if there is exactly one.
  public Optional<Section> section(String name) {
    List<Section> found = sections.stream().filter(s -> s.name().equals(name)).toList();
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  /// What a section holds in memory: as many bytes as its virtual size says.
  ///
  /// @throws FormatException if the file has fewer
  public Bytes content(Section section) throws FormatException {
    if (section.virtualSize() > section.rawSize()) {
      throw FormatException.malformed(
          section.rawAt(),
          section.virtualSize() + " bytes of section " + section.name(),
          section.rawSize() + " bytes");
    }
    return image.slice(section.rawAt(), section.rawAt() + section.virtualSize());
  }

  /// The Authenticode digest: the whole file but its checksum, the entry of its certificate table
  /// and the certificates, sections in the order in which they lie in the file.
  public Bytes authenticode(HashAlg alg) throws FormatException {
    return authenticode(alg, Bytes.EMPTY);
  }

  /// As [#authenticode(HashAlg)], of an image whose first bytes are `head` instead.
  Bytes authenticode(HashAlg alg, Bytes head) throws FormatException {
    MessageDigest digest = alg.newDigest();
    Pass pass = new Pass(digest, image, head);
    pass.update(0, checksumAt);
    if (certificatesAt < 0) {
      pass.update(checksumAt + 4, headersSize);
    } else {
      pass.update(checksumAt + 4, certificatesAt);
      pass.update(certificatesAt + 8, headersSize);
    }
    List<Section> ordered = new ArrayList<>(sections);
    ordered.sort(Comparator.comparingInt(Section::rawAt));
    long hashed = headersSize;
    for (Section section : Collections.unmodifiableList(ordered)) {
      pass.update(section.rawAt(), section.rawAt() + section.rawSize());
      hashed += section.rawSize();
    }
    long trailing = image.size() - (long) certificatesSize;
    if (hashed > image.size()) {
      throw FormatException.malformed(0, "sections that do not lie on each other", "they do");
    }
    if (trailing > hashed) {
      pass.update((int) hashed, (int) trailing);
    }
    return Bytes.of(digest.digest());
  }

  /// Hashes ranges of the image without copying it, with other first bytes.
  private record Pass(MessageDigest digest, Bytes image, Bytes head) {
    void update(int from, int to) {
      int split = Math.max(from, Math.min(to, head.size()));
      if (from < split) {
        digest.update(head.asBuffer().slice(from, split - from));
      }
      if (split < to) {
        digest.update(image.asBuffer().slice(split, to - split));
      }
    }
  }
}
