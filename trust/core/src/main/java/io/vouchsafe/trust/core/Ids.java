package io.vouchsafe.trust.core;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/// Random names. Thread-safe.
final class Ids {
  /// 80 bits: no two entries of a ledger collide, and it can still be read out over a telephone.
  private static final int ID_BYTES = 10;

  private static final int SESSION_BYTES = 16;
  private static final int NONCE_BYTES = 32;

  private final SecureRandom random;

  Ids(SecureRandom random) {
    this.random = random;
  }

  String next() {
    return HexFormat.of().formatHex(bytes(ID_BYTES));
  }

  String session() {
    return HexFormat.of().formatHex(bytes(SESSION_BYTES));
  }

  String nonce() {
    return Base64.getEncoder().encodeToString(bytes(NONCE_BYTES));
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
