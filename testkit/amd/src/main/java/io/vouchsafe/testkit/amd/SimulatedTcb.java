package io.vouchsafe.testkit.amd;

import io.vouchsafe.encoding.Bytes;

/// Versions of the parts of a platform of family 19h.
///
/// @param bootLoader 0 to 255
/// @param tee 0 to 255
/// @param snp 0 to 255
/// @param microcode 0 to 255
public record SimulatedTcb(int bootLoader, int tee, int snp, int microcode) {
  /// Eight bytes as in a report.
  public Bytes encode() {
    return Bytes.of(
        (byte) bootLoader,
        (byte) tee,
        (byte) 0,
        (byte) 0,
        (byte) 0,
        (byte) 0,
        (byte) snp,
        (byte) microcode);
  }
}
