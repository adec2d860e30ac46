package io.vouchsafe.protocol;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Arrays;
import javax.crypto.KeyAgreement;

/// Direct key agreement with the Concat KDF of RFC 7518 §4.6.2, party information empty.
final class EcdhEs {
  private static final int ONE_ROUND = 1;
  private static final int KEY_BITS = 256;

  private EcdhEs() {}

  /// The 32-byte key that wraps the content key.
  static byte[] keyEncryptionKey(PrivateKey mine, PublicKey theirs, String algorithm)
      throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(mine);
    agreement.doPhase(theirs, true);
    byte[] shared = agreement.generateSecret();
    try {
      // One block of SHA-256 is all that 256 bits take.
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      ByteWriter.bigEndian().u32(ONE_ROUND).toBytes().update(digest);
      digest.update(shared);
      otherInfo(algorithm).update(digest);
      return digest.digest();
    } finally {
      Arrays.fill(shared, (byte) 0);
    }
  }

  private static Bytes otherInfo(String algorithm) {
    return ByteWriter.bigEndian()
        .sized32(Bytes.utf8(algorithm))
        .sized32(Bytes.EMPTY)
        .sized32(Bytes.EMPTY)
        .u32(KEY_BITS)
        .toBytes();
  }
}
