package io.vouchsafe.tpm;

import io.vouchsafe.encoding.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The key derivations of TPM 2.0 part 1, 11.4.10: SP 800-108 in counter mode, and SP 800-56A.
final class Kdf {
  private Kdf() {}

  /// KDFa.
  static byte[] a(HashAlg alg, byte[] key, String label, Bytes u, Bytes v, int bits)
      throws GeneralSecurityException {
    String name = "Hmac" + alg.jcaName().replace("-", "");
    Mac mac = Mac.getInstance(name);
    mac.init(new SecretKeySpec(key, name));
    byte[] result = new byte[bits / 8];
    int counter = 0;
    for (int at = 0; at < result.length; at += alg.size()) {
      mac.update(u32(++counter));
      mac.update(label(label));
      mac.update(u.asBuffer());
      mac.update(v.asBuffer());
      mac.update(u32(bits));
      copy(mac.doFinal(), result, at);
    }
    return result;
  }

  /// KDFe.
  static byte[] e(HashAlg alg, byte[] z, String label, Bytes u, Bytes v, int bits) {
    MessageDigest digest = alg.newDigest();
    byte[] result = new byte[bits / 8];
    int counter = 0;
    for (int at = 0; at < result.length; at += alg.size()) {
      digest.update(u32(++counter));
      digest.update(z);
      digest.update(label(label));
      u.update(digest);
      v.update(digest);
      copy(digest.digest(), result, at);
    }
    return result;
  }

  /// The label with the terminating zero that both derivations hash.
  private static byte[] label(String label) {
    return (label + "\0").getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] u32(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  private static void copy(byte[] block, byte[] result, int at) {
    System.arraycopy(block, 0, result, at, Math.min(block.length, result.length - at));
    Arrays.fill(block, (byte) 0);
  }
}
