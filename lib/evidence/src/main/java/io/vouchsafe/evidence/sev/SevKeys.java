package io.vouchsafe.evidence.sev;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.SecretBytes;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The primitives of a launch (specs/evidence-x86 §3.3): SP 800-108 in counter mode, HMAC-SHA-256
/// and AES-128 in counter mode.
public final class SevKeys {
  static final int KEY_SIZE = 16;
  static final int IV_SIZE = 16;
  static final int MAC_SIZE = 32;
  private static final int MAX_DERIVED = 256;
  private static final String HMAC = "HmacSHA256";

  private SevKeys() {}

  /// Derives a key.
  ///
  /// @param key where from
  /// @param size bytes wanted, up to 256
  /// @param context what it is bound to
  /// @param label what it is for
  public static SecretBytes derive(SecretBytes key, int size, Bytes context, String label) {
    if (size < 1 || size > MAX_DERIVED) {
      throw new IllegalArgumentException("1 to " + MAX_DERIVED + " bytes, not " + size);
    }
    byte[] derived = new byte[size];
    for (int i = 1, at = 0; at < size; i++, at += MAC_SIZE) {
      Bytes block =
          ByteWriter.littleEndian()
              .u32(i)
              .bytes(Bytes.utf8(label))
              .u8(0)
              .bytes(context)
              .u32(8L * size)
              .toBytes();
      byte[] mac = key.lend(secret -> mac(secret, block));
      System.arraycopy(mac, 0, derived, at, Math.min(MAC_SIZE, size - at));
      Arrays.fill(mac, (byte) 0);
    }
    return SecretBytes.take(derived);
  }

  /// HMAC-SHA-256 of a message.
  static Bytes mac(SecretBytes key, Bytes message) {
    return Bytes.of(key.<byte[], RuntimeException>lend(secret -> mac(secret, message)));
  }

  private static byte[] mac(byte[] key, Bytes message) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      mac.update(message.asBuffer());
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks " + HMAC, e);
    }
  }

  /// Encrypts, or decrypts what was encrypted. Never twice under one key and `iv`.
  static byte[] crypt(SecretBytes key, Bytes iv, byte[] text) {
    return key.lend(secret -> {
      try {
        Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
        cipher.init(
            Cipher.ENCRYPT_MODE,
            new SecretKeySpec(secret, "AES"),
            new IvParameterSpec(iv.toByteArray()));
        return cipher.doFinal(text);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("the JDK lacks AES in counter mode", e);
      }
    });
  }
}
