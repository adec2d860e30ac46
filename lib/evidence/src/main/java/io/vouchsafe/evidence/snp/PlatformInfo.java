package io.vouchsafe.evidence.snp;

/// What is enabled on the platform (PLATFORM_INFO, specs/evidence-x86 §1.3).
///
/// @param bits as in the report
public record PlatformInfo(long bits) {
  private static final int SMT = 0;
  private static final int TSME = 1;
  private static final int ECC = 2;
  private static final int RAPL_DISABLED = 3;
  private static final int CIPHERTEXT_HIDING = 4;
  private static final int ALIAS_CHECK = 5;
  private static final int TRUSTED_IO = 7;
  private static final long KNOWN = 0b1011_1111;

  private boolean bit(int index) {
    return (bits >>> index & 1) != 0;
  }

  public boolean smt() {
    return bit(SMT);
  }

  /// Whether all memory is encrypted.
  public boolean tsme() {
    return bit(TSME);
  }

  public boolean ecc() {
    return bit(ECC);
  }

  public boolean raplDisabled() {
    return bit(RAPL_DISABLED);
  }

  public boolean ciphertextHiding() {
    return bit(CIPHERTEXT_HIDING);
  }

  /// Whether memory was searched for aliases, which an attacker with a forged memory module makes.
  public boolean aliasCheckComplete() {
    return bit(ALIAS_CHECK);
  }

  public boolean trustedIo() {
    return bit(TRUSTED_IO);
  }

  /// Bits that have no meaning known here; new firmware sets them, so they are told and not
  /// refused.
  public long unknownBits() {
    return bits & ~KNOWN;
  }

  @Override
  public String toString() {
    return "0x" + Long.toHexString(bits);
  }
}
