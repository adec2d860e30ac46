package io.vouchsafe.trust.core;

import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/// Makes names. Thread-safe.
final class Ids {
  /// 48 bits: with the second in front, no two entries of a ledger collide, and an id can still be
  /// read out over a telephone.
  private static final int ID_BYTES = 6;

  private static final int SESSION_BYTES = 16;
  private static final int NONCE_BYTES = 32;

  private final Store store;
  private final SecureRandom random;
  private volatile int second;

  Ids(Store store, SecureRandom random) {
    this.store = store;
    this.random = random;
  }

  /// The id of a ledger entry or of a counted refusal: the second, then chance. Ids that grow with
  /// time keep the ledger's index compact. They are names, not secrets.
  String next() {
    return HexFormat.of().toHexDigits(now()) + HexFormat.of().formatHex(bytes(ID_BYTES));
  }

  private int now() {
    try {
      second = (int) store.now().getEpochSecond();
    } catch (StoreException _) {
      // A refusal for that very reason needs an id too: an older second will do.
      return second;
    }
    return second;
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
