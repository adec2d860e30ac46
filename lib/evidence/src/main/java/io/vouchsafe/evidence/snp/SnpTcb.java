package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.util.Optional;

/// Security version numbers of the parts of a platform's trusted computing base, each 0 to 255.
/// They are compared part by part, never as one number (specs/evidence-x86 §1.2).
///
/// @param fmc of the first mutable code; only families that have it
/// @param bootLoader of the secure processor's boot loader
/// @param tee of the secure processor's operating system
/// @param snp of the SNP firmware
/// @param microcode of the processor's microcode
public record SnpTcb(Optional<Integer> fmc, int bootLoader, int tee, int snp, int microcode) {
  static final int SIZE = 8;

  /// Where the parts lie in the eight bytes of a TCB_VERSION.
  public enum Layout {
    /// Boot loader, TEE, four bytes zero, SNP, microcode: Milan, Genoa and their kin.
    FAMILY_19H,
    /// FMC, boot loader, TEE, SNP, three bytes zero, microcode: Turin.
    FAMILY_1AH
  }

  /// Decodes a TCB_VERSION.
  ///
  /// @throws FormatException if a reserved byte is not zero
  public static SnpTcb of(Bytes raw, Layout layout) throws FormatException {
    int reservedFrom = layout == Layout.FAMILY_19H ? 2 : 4;
    int reservedTo = layout == Layout.FAMILY_19H ? 6 : 7;
    for (int i = reservedFrom; i < reservedTo; i++) {
      if (raw.at(i) != 0) {
        throw FormatException.unexpected(
            "a TCB version of " + layout + " with zeros between", raw.hex());
      }
    }
    return switch (layout) {
      case FAMILY_19H -> new SnpTcb(Optional.empty(), raw.at(0), raw.at(1), raw.at(6), raw.at(7));
      case FAMILY_1AH ->
          new SnpTcb(Optional.of(raw.at(0)), raw.at(1), raw.at(2), raw.at(3), raw.at(7));
    };
  }

  /// The eight bytes.
  public Bytes encode() {
    byte[] raw = new byte[SIZE];
    int at = 0;
    if (fmc.isPresent()) {
      raw[at++] = (byte) (int) fmc.get();
    }
    raw[at++] = (byte) bootLoader;
    raw[at] = (byte) tee;
    raw[fmc.isPresent() ? 3 : 6] = (byte) snp;
    raw[7] = (byte) microcode;
    return Bytes.of(raw);
  }

  /// Whether no part is above that of `other`.
  boolean atMost(SnpTcb other) {
    return fmc.orElse(0) <= other.fmc.orElse(0)
        && bootLoader <= other.bootLoader
        && tee <= other.tee
        && snp <= other.snp
        && microcode <= other.microcode;
  }

  @Override
  public String toString() {
    return fmc.map(value -> "fmc " + value + ", ").orElse("")
        + "boot loader "
        + bootLoader
        + ", tee "
        + tee
        + ", snp "
        + snp
        + ", microcode "
        + microcode;
  }
}
