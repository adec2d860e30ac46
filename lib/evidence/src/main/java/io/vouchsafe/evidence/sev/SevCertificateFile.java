package io.vouchsafe.evidence.sev;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Certificates of legacy SEV as files hold them: one, or several behind each other, as tools
/// export a platform's chain and AMD its authorities (specs/evidence-x86 §3.1). Decoded, and
/// nothing of it verified.
///
/// @param certificates in the order in which they stand
public record SevCertificateFile(List<Entry> certificates) {
  /// Most certificates of one file: a whole chain has six.
  public static final int MAX_CERTIFICATES = 8;

  private static final int USAGE_AT = 0x24;
  private static final int RESERVED_AT = 0x28;
  private static final int BITS_AT = 0x38;
  private static final int AUTHORITY_HEAD = 0x40;
  private static final int PLATFORM_USAGE_AT = 8;
  private static final int PLATFORM_HEAD = 12;
  private static final int RESERVED = 16;

  /// One certificate.
  ///
  /// @param usage what its key is for
  /// @param raw the bytes as they came
  public record Entry(SevUsage usage, Bytes raw) {}

  public SevCertificateFile {
    certificates = List.copyOf(certificates);
  }

  /// Whether `input` begins as such a certificate does; it may still be malformed.
  public static boolean isShaped(Bytes input) {
    try {
      return kind(input).isPresent();
    } catch (FormatException _) {
      return false;
    }
  }

  /// Decodes a file, which its certificates must fill.
  ///
  /// @throws FormatException if one is malformed or of another version, usage, algorithm or key
  ///   length; if there are more than [#MAX_CERTIFICATES]
  public static SevCertificateFile parse(Bytes input) throws FormatException {
    List<Entry> found = new ArrayList<>();
    Bytes rest = input;
    while (!rest.isEmpty()) {
      if (found.size() == MAX_CERTIFICATES) {
        throw FormatException.oversized(
            FormatException.NO_OFFSET, "at most " + MAX_CERTIFICATES + " certificates", "more");
      }
      Entry next = next(rest, input.size() - rest.size());
      found.add(next);
      rest = rest.slice(next.raw().size(), rest.size());
    }
    if (found.isEmpty()) {
      throw FormatException.unexpected("an SEV certificate", "nothing");
    }
    return new SevCertificateFile(found);
  }

  private static Entry next(Bytes rest, int at) throws FormatException {
    Kind kind =
        kind(rest).orElseThrow(() -> FormatException.malformed(at, "an SEV certificate", "other"));
    if (rest.size() < kind.size()) {
      throw FormatException.malformed(
          at,
          "a certificate of " + kind.size() + " bytes, its signature included",
          rest.size() + " bytes");
    }
    Bytes raw = rest.slice(0, kind.size());
    SevUsage usage =
        kind.authority() ? SevCaCertificate.parse(raw).usage() : SevCertificate.parse(raw).usage();
    return new Entry(usage, raw);
  }

  /// @param authority whether it is one of AMD's
  /// @param size of the whole certificate
  private record Kind(boolean authority, int size) {}

  private static Optional<Kind> kind(Bytes input) throws FormatException {
    if (input.size() < PLATFORM_HEAD || word(input, 0) != 1) {
      return Optional.empty();
    }
    long usage = word(input, PLATFORM_USAGE_AT);
    boolean platform = usage > SevUsage.INVALID.value() && usage <= SevUsage.CEK.value();
    // Two reserved bytes behind the version of the interface.
    if (platform && word(input, Integer.BYTES) >>> Short.SIZE == 0) {
      return Optional.of(new Kind(false, SevCertificate.SIZE));
    }
    if (input.size() < AUTHORITY_HEAD) {
      return Optional.empty();
    }
    long role = word(input, USAGE_AT);
    long bits = word(input, BITS_AT);
    boolean authority =
        (role == SevUsage.ARK.value() || role == SevUsage.ASK.value())
            && input.slice(RESERVED_AT, RESERVED_AT + RESERVED).equals(Bytes.zeros(RESERVED))
            && (bits == 2048 || bits == 4096)
            && word(input, BITS_AT + Integer.BYTES) == bits;
    int numbers = 3;
    return authority
        ? Optional.of(new Kind(true, AUTHORITY_HEAD + numbers * (int) bits / Byte.SIZE))
        : Optional.empty();
  }

  private static long word(Bytes input, int at) throws FormatException {
    return ByteReader.littleEndian(input.slice(at, at + Integer.BYTES)).u32("word");
  }
}
