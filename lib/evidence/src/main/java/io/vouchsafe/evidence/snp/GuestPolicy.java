package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.FormatException;

/// What a guest's owner allows the platform to do (POLICY, specs/evidence-x86 §1.3).
///
/// @param bits as in the report; bit 17 is set
public record GuestPolicy(long bits) {
  private static final int SMT = 16;
  private static final int ALWAYS_SET = 17;
  private static final int MIGRATE_MA = 18;
  private static final int DEBUG = 19;
  private static final int SINGLE_SOCKET = 20;
  private static final int KNOWN_BITS = 26;
  private static final int OFFSET = 8;

  static GuestPolicy of(long bits) throws FormatException {
    if ((bits >>> ALWAYS_SET & 1) == 0) {
      throw FormatException.malformed(
          OFFSET, "bit 17 of POLICY set", "0x" + Long.toHexString(bits));
    }
    return new GuestPolicy(bits);
  }

  private boolean bit(int index) {
    return (bits >>> index & 1) != 0;
  }

  /// Lowest minor version of the firmware's interface.
  public int abiMinor() {
    return (int) (bits & 0xff);
  }

  /// Lowest major version of the firmware's interface.
  public int abiMajor() {
    return (int) (bits >>> 8 & 0xff);
  }

  public boolean smtAllowed() {
    return bit(SMT);
  }

  /// Whether a migration agent may move the guest.
  public boolean migrationAllowed() {
    return bit(MIGRATE_MA);
  }

  /// Whether the host may read and write the guest's memory.
  public boolean debugAllowed() {
    return bit(DEBUG);
  }

  public boolean singleSocket() {
    return bit(SINGLE_SOCKET);
  }

  /// Bits that have no meaning known here.
  public long unknownBits() {
    return bits >>> KNOWN_BITS << KNOWN_BITS;
  }

  @Override
  public String toString() {
    return "0x" + Long.toHexString(bits);
  }
}
