package io.vouchsafe.measure.sev;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.EfiGuid;
import io.vouchsafe.measure.OvmfImage;
import io.vouchsafe.tpm.HashAlg;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What a launch needs to know of a firmware image. Made from the image, or from parts that
/// somebody published instead of it.
///
/// @param digest launch digest after the image's own pages
/// @param sections ranges that are measured after them
/// @param hashTable where the hashes of a kernel go; empty if the firmware takes none
/// @param resetAddress where processors but the first start; empty if the firmware does not say
public record SnpFirmware(
    Bytes digest,
    List<SevSection> sections,
    Optional<Long> hashTable,
    Optional<Long> resetAddress) {
  static final EfiGuid HASH_TABLE = EfiGuid.of("7255371f-3a3b-4b04-927b-1da6efa8d454");
  private static final EfiGuid RESET_BLOCK = EfiGuid.of("00f771de-1a7e-4fcb-890e-68c77e2fb44e");

  public SnpFirmware {
    Objects.requireNonNull(hashTable, "hashTable");
    Objects.requireNonNull(resetAddress, "resetAddress");
    sections = List.copyOf(sections);
    if (digest.size() != HashAlg.SHA384.size()) {
      throw new IllegalArgumentException("a launch digest has 48 bytes, not " + digest.size());
    }
  }

  /// Measures an image and reads its metadata.
  ///
  /// @throws FormatException if the image is not made of whole pages, has no SEV metadata, or that
  ///   is malformed
  public static SnpFirmware of(OvmfImage image) throws FormatException {
    List<SevSection> sections = SevSection.of(image);
    if (sections.isEmpty()) {
      throw FormatException.unexpected("firmware with SEV metadata", "none");
    }
    return new SnpFirmware(digest(image), sections, hashTable(image), resetAddress(image));
  }

  /// As it is, with another digest of its pages: that of the whole image, where only its end is at
  /// hand.
  public SnpFirmware withDigest(Bytes digest) {
    return new SnpFirmware(digest, sections, hashTable, resetAddress);
  }

  /// The launch digest after the pages of `image`, with nothing before them.
  public static Bytes digest(OvmfImage image) throws FormatException {
    requirePages(image);
    LaunchDigest launch = LaunchDigest.empty();
    launch.normal(image.address(), image.content());
    return launch.value();
  }

  static void requirePages(OvmfImage image) throws FormatException {
    int size = image.content().size();
    if (size == 0 || size % OvmfImage.PAGE != 0) {
      throw FormatException.unexpected("firmware of whole pages", size + " bytes");
    }
  }

  /// Where the firmware looks for the hashes of a kernel, if it does.
  static Optional<Long> hashTable(OvmfImage image) throws FormatException {
    Optional<Bytes> entry = image.entry(HASH_TABLE);
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    ByteReader in = ByteReader.littleEndian(entry.get());
    long address = in.u32("address of the hash table");
    in.skip("size of the hash table", 4);
    in.end();
    // Firmware that was built without it has the entry, with zeros.
    return address == 0 ? Optional.empty() : Optional.of(address);
  }

  static Optional<Long> resetAddress(OvmfImage image) throws FormatException {
    Optional<Bytes> entry = image.entry(RESET_BLOCK);
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    ByteReader in = ByteReader.littleEndian(entry.get());
    long address = in.u32("reset address");
    in.end();
    return Optional.of(address);
  }
}
