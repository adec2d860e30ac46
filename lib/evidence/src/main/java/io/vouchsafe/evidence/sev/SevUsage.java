package io.vouchsafe.evidence.sev;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.FormatException;

/// What a key of a certificate is for (specs/evidence-x86 §3.1).
public enum SevUsage {
  /// AMD's root.
  ARK(0x00),
  /// AMD's intermediate.
  ASK(0x13),
  /// None: an empty signature.
  INVALID(0x1000),
  /// The owner of the platform.
  OCA(0x1001),
  /// The platform.
  PEK(0x1002),
  /// The key exchange.
  PDH(0x1003),
  /// The chip.
  CEK(0x1004);

  private final int value;

  SevUsage(int value) {
    this.value = value;
  }

  int value() {
    return value;
  }

  boolean isAuthority() {
    return this == ARK || this == ASK;
  }

  static SevUsage read(ByteReader in) throws FormatException {
    int at = in.offset();
    long value = in.u32("key usage");
    for (SevUsage usage : values()) {
      if (usage.value == value) {
        return usage;
      }
    }
    throw FormatException.malformed(at, "a known key usage", "0x" + Long.toHexString(value));
  }
}
