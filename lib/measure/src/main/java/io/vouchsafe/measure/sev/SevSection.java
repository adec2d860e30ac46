package io.vouchsafe.measure.sev;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.EfiGuid;
import io.vouchsafe.measure.OvmfImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A range of guest memory that the launch measures apart from the image.
///
/// @param address where it starts, on a page
/// @param size bytes, whole pages
/// @param type what it is for
public record SevSection(long address, long size, SectionType type) {
  /// Most sections of an image. Real ones have up to ten.
  public static final int MAX_SECTIONS = 64;

  /// Largest section. Real ones have some pages.
  public static final long MAX_SIZE = 16 << 20;

  static final EfiGuid METADATA = EfiGuid.of("dc886566-984a-4798-a75e-5585a7bf67cc");

  private static final long MAGIC = 0x5645_5341L; // "ASEV"
  private static final int HEADER = 16;
  private static final int ENTRY = 12;

  /// @throws IllegalArgumentException if the range is not made of whole pages of memory below 4 GiB
  public SevSection {
    Objects.requireNonNull(type, "type");
    if (address < 0
        || address >= 1L << 32
        || size < 0
        || size > MAX_SIZE
        || address % OvmfImage.PAGE != 0
        || size % OvmfImage.PAGE != 0) {
      throw new IllegalArgumentException("no range of pages: " + address + " + " + size);
    }
  }

  /// As the constructor, for what comes from outside.
  public static SevSection parse(long address, long size, long type) throws FormatException {
    SectionType known = SectionType.of(type);
    try {
      return new SevSection(address, size, known);
    } catch (IllegalArgumentException _) {
      throw FormatException.unexpected(
          "a section of whole pages, at most " + MAX_SIZE + " bytes",
          "%d bytes at 0x%x".formatted(size, address));
    }
  }

  /// The sections of an image, in their order; empty if it has no SEV metadata.
  ///
  /// @throws FormatException if the metadata is malformed, or of a type or version not known here
  public static List<SevSection> of(OvmfImage image) throws FormatException {
    Optional<ByteReader> found = image.at(METADATA, HEADER);
    if (found.isEmpty()) {
      return List.of();
    }
    ByteReader in = found.get();
    long magic = in.u32("magic");
    long size = in.u32("size");
    long version = in.u32("version");
    int count = in.count32("sections", MAX_SECTIONS);
    if (magic != MAGIC || version != 1) {
      throw FormatException.unexpected(
          "SEV metadata of version 1", "version %d after 0x%x".formatted(version, magic));
    }
    if (size != HEADER + (long) count * ENTRY) {
      throw FormatException.unexpected(
          "SEV metadata of %d sections".formatted(count), size + " bytes");
    }
    List<SevSection> sections = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      sections.add(parse(in.u32("address"), in.u32("size"), in.u32("type")));
    }
    return List.copyOf(sections);
  }
}
