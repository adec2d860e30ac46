package io.vouchsafe.testkit.amd;

import io.vouchsafe.encoding.Bytes;
import java.util.OptionalInt;

/// Versions of the parts of a platform, each 0 to 255.
///
/// @param fmc of the first mutable code: family 1Ah only
/// @param bootLoader of the boot loader
/// @param tee of the secure processor's operating system
/// @param snp of the SNP firmware
/// @param microcode of the microcode
public record SimulatedTcb(OptionalInt fmc, int bootLoader, int tee, int snp, int microcode) {
  /// Versions of a platform of family 19h.
  public SimulatedTcb(int bootLoader, int tee, int snp, int microcode) {
    this(OptionalInt.empty(), bootLoader, tee, snp, microcode);
  }

  /// Versions of a platform of family 1Ah.
  public static SimulatedTcb turin(int fmc, int bootLoader, int tee, int snp, int microcode) {
    return new SimulatedTcb(OptionalInt.of(fmc), bootLoader, tee, snp, microcode);
  }

  /// Eight bytes as in a report of the family.
  public Bytes encode() {
    byte[] bytes = new byte[8];
    int at = 0;
    if (fmc.isPresent()) {
      bytes[at++] = (byte) fmc.getAsInt();
    }
    bytes[at++] = (byte) bootLoader;
    bytes[at++] = (byte) tee;
    bytes[fmc.isPresent() ? at : 6] = (byte) snp;
    bytes[7] = (byte) microcode;
    return Bytes.of(bytes);
  }
}
