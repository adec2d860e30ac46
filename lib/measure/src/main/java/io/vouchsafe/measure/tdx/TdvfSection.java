package io.vouchsafe.measure.tdx;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.EfiGuid;
import io.vouchsafe.measure.OvmfImage;
import io.vouchsafe.verdict.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A section of a TDX virtual firmware (TDVF design guide §11.2): a range of guest memory and what
/// of the image goes there.
///
/// @param content bytes of the image, none if the memory starts as zero; empty if the file at hand
///   lacks them (only the code part of a flash image, as distributions ship it)
/// @param address where the memory starts, on a page
/// @param size of the memory, whole pages
/// @param type what it is for
/// @param measured whether its content is measured, not only its place
/// @param augmented whether it is added later and not measured at all
public record TdvfSection(
    Optional<Bytes> content,
    long address,
    long size,
    Type type,
    boolean measured,
    boolean augmented) {
  /// Most sections of an image. Real ones have up to ten.
  public static final int MAX_SECTIONS = 64;

  /// Most memory that the sections of an image may add. Real ones add the image and a few pages.
  public static final long MAX_ADDED = 2L * OvmfImage.MAX_SIZE;

  static final EfiGuid METADATA = EfiGuid.of("e47a6535-984a-4798-865e-4685a7bf8ec2");
  private static final EfiGuid BEFORE = EfiGuid.of("e9eaf9f3-168e-44d5-a8eb-7f4d8738f6ae");
  private static final long MAGIC = 0x4656_4454L; // "TDVF"
  private static final int HEADER = 16;
  private static final int ENTRY = 32;
  private static final long FOUR_GIB = 1L << 32;
  private static final int EXTEND = 1;
  private static final int AUGMENT = 2;

  /// What a section is for.
  public enum Type {
    /// Boot firmware volume: the code.
    BOOT_FIRMWARE,
    /// Configuration firmware volume: the variable store.
    CONFIGURATION,
    /// Where the list of memory goes.
    TD_HOB,
    /// Memory for the firmware's first steps.
    TEMPORARY_MEMORY,
    /// Memory that is added when the guest runs.
    PERMANENT_MEMORY,
    /// A kernel that comes with the image.
    PAYLOAD,
    /// Its parameters.
    PAYLOAD_PARAMETERS
  }

  public TdvfSection {
    Objects.requireNonNull(content, "content");
    Objects.requireNonNull(type, "type");
    if (address < 0
        || size < 0
        || address + size < 0
        || address % OvmfImage.PAGE != 0
        || size % OvmfImage.PAGE != 0
        || (content.isPresent() && content.get().size() > size)) {
      throw new IllegalArgumentException("no range of pages that holds its content");
    }
    if (measured && !augmented && content.isEmpty()) {
      throw new IllegalArgumentException("content that is measured is missing");
    }
  }

  /// The sections of an image, in their order.
  ///
  /// @throws FormatException if the image has no TDX metadata, or that is malformed
  public static List<TdvfSection> of(OvmfImage image) throws FormatException {
    Optional<ByteReader> found = image.at(METADATA, HEADER);
    if (found.isEmpty()) {
      throw FormatException.unexpected("firmware with TDX metadata", "none");
    }
    ByteReader in = found.get();
    requireGuidBefore(image, in.remaining());
    if (in.u32("magic") != MAGIC) {
      throw FormatException.unexpected("the magic TDVF", "another");
    }
    long length = in.u32("length");
    long version = in.u32("version");
    if (version != 1) {
      throw new FormatException(
          Code.UNSUPPORTED_VERSION,
          FormatException.NO_OFFSET,
          "TDX metadata of version 1",
          Long.toString(version));
    }
    int count = in.count32("sections", MAX_SECTIONS);
    // Lengths with and without the GUID before the header occur.
    long exact = HEADER + (long) count * ENTRY;
    if (length != exact && length != exact + EfiGuid.SIZE) {
      throw FormatException.unexpected(exact + " bytes of TDX metadata", length + " bytes");
    }
    return sections(image, entries(in, count));
  }

  /// An entry as it stands in the image.
  private record Entry(
      long dataOffset, long dataSize, long address, long size, long type, long attributes) {
    long dataEnd() {
      return dataSize == 0 ? 0 : dataOffset + dataSize;
    }
  }

  private static List<Entry> entries(ByteReader in, int count) throws FormatException {
    List<Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      entries.add(
          new Entry(
              in.u32("data offset"),
              in.u32("data size"),
              in.u64("memory address"),
              in.u64("memory size"),
              in.u32("type"),
              in.u32("attributes")));
    }
    return entries;
  }

  private static List<TdvfSection> sections(OvmfImage image, List<Entry> entries)
      throws FormatException {
    long flash = entries.stream().mapToLong(Entry::dataEnd).max().orElse(0);
    // Offsets count from the start of the flash image. Where the file ends at its end but starts
    // later, it is the code part only: the variables before it are not at hand.
    long missing = Math.max(0, flash - image.content().size());
    if (missing % OvmfImage.PAGE != 0) {
      throw FormatException.unexpected(
          "section data inside of the image",
          "data up to %d of %d bytes".formatted(flash, image.content().size()));
    }
    List<TdvfSection> sections = new ArrayList<>(entries.size());
    long added = 0;
    for (Entry entry : entries) {
      TdvfSection section = section(image, entry, missing);
      added += section.augmented ? 0 : section.size;
      if (added > MAX_ADDED) {
        throw FormatException.oversized(
            FormatException.NO_OFFSET, "sections that add at most " + MAX_ADDED + " bytes", "more");
      }
      sections.add(section);
    }
    return List.copyOf(sections);
  }

  private static void requireGuidBefore(OvmfImage image, int remaining) throws FormatException {
    int at = image.content().size() - remaining - EfiGuid.SIZE;
    if (at < 0
        || !EfiGuid.read(
                ByteReader.littleEndian(image.content().slice(at, at + EfiGuid.SIZE)), "GUID")
            .equals(BEFORE)) {
      throw FormatException.malformed(at, "the GUID of TDX metadata", "another");
    }
  }

  private static TdvfSection section(OvmfImage image, Entry entry, long missing)
      throws FormatException {
    if (entry.type() >= Type.values().length || (entry.attributes() & ~(EXTEND | AUGMENT)) != 0) {
      throw FormatException.unexpected(
          "a section of type 0 to 6 with attributes 0 to 3",
          "type %d, attributes 0x%x".formatted(entry.type(), entry.attributes()));
    }
    try {
      return new TdvfSection(
          content(image, entry, missing),
          entry.address(),
          entry.size(),
          Type.values()[(int) entry.type()],
          (entry.attributes() & EXTEND) != 0,
          (entry.attributes() & AUGMENT) != 0);
    } catch (IllegalArgumentException e) {
      throw FormatException.unexpected(
          "a section of whole pages that hold its data",
          "%d bytes of data in %d bytes at 0x%x: %s"
              .formatted(entry.dataSize(), entry.size(), entry.address(), e.getMessage()));
    }
  }

  private static Optional<Bytes> content(OvmfImage image, Entry entry, long missing)
      throws FormatException {
    if (entry.dataSize() == 0) {
      return Optional.of(Bytes.EMPTY);
    }
    if (entry.dataEnd() <= missing) {
      return Optional.empty();
    }
    boolean inPlace =
        entry.address() == FOUR_GIB - image.content().size() - missing + entry.dataOffset();
    if (entry.dataOffset() < missing || (missing > 0 && !inPlace)) {
      throw FormatException.unexpected(
          "section data inside of the image",
          "%d bytes at %d".formatted(entry.dataSize(), entry.dataOffset()));
    }
    return Optional.of(
        image
            .content()
            .slice((int) (entry.dataOffset() - missing), (int) (entry.dataEnd() - missing)));
  }
}
