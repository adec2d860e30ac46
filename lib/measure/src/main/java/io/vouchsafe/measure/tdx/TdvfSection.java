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
/// @param content bytes of the image; empty if the memory starts as zero
/// @param address where the memory starts, on a page
/// @param size of the memory, whole pages
/// @param type what it is for
/// @param measured whether its content is measured, not only its place
/// @param augmented whether it is added later and not measured at all
public record TdvfSection(
    Bytes content, long address, long size, Type type, boolean measured, boolean augmented) {
  /// Most sections of an image. Real ones have up to ten.
  public static final int MAX_SECTIONS = 64;

  /// Most memory that the sections of an image may add. Real ones add the image and a few pages.
  public static final long MAX_ADDED = 2L * OvmfImage.MAX_SIZE;

  static final EfiGuid METADATA = EfiGuid.of("e47a6535-984a-4798-865e-4685a7bf8ec2");
  private static final EfiGuid BEFORE = EfiGuid.of("e9eaf9f3-168e-44d5-a8eb-7f4d8738f6ae");
  private static final long MAGIC = 0x4656_4454L; // "TDVF"
  private static final int HEADER = 16;
  private static final int ENTRY = 32;
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
        || content.size() > size) {
      throw new IllegalArgumentException("no range of pages that holds its content");
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
    List<TdvfSection> sections = new ArrayList<>(count);
    long added = 0;
    for (int i = 0; i < count; i++) {
      TdvfSection section = read(image, in);
      added += section.augmented ? 0 : section.size;
      if (added > MAX_ADDED) {
        throw FormatException.oversized(
            FormatException.NO_OFFSET,
            "sections that add at most " + MAX_ADDED + " bytes",
            "more");
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

  private static TdvfSection read(OvmfImage image, ByteReader in) throws FormatException {
    long dataOffset = in.u32("data offset");
    long dataSize = in.u32("data size");
    long address = in.u64("memory address");
    long size = in.u64("memory size");
    long type = in.u32("type");
    long attributes = in.u32("attributes");
    if (dataSize > 0 && dataOffset + dataSize > image.content().size()) {
      throw FormatException.unexpected(
          "section data inside of the image", "%d bytes at %d".formatted(dataSize, dataOffset));
    }
    if (type >= Type.values().length || (attributes & ~(EXTEND | AUGMENT)) != 0) {
      throw FormatException.unexpected(
          "a section of type 0 to 6 with attributes 0 to 3",
          "type %d, attributes 0x%x".formatted(type, attributes));
    }
    Bytes content =
        dataSize == 0
            ? Bytes.EMPTY
            : image.content().slice((int) dataOffset, (int) (dataOffset + dataSize));
    boolean augmented = (attributes & AUGMENT) != 0;
    try {
      return new TdvfSection(
          content,
          address,
          size,
          Type.values()[(int) type],
          (attributes & EXTEND) != 0,
          augmented);
    } catch (IllegalArgumentException _) {
      throw FormatException.unexpected(
          "a section of whole pages that hold its data",
          "%d bytes of data in %d bytes at 0x%x".formatted(dataSize, size, address));
    }
  }
}
