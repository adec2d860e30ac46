package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.verdict.Code;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Envelope encryption: every value has a key of its own, which is wrapped under the master key.
/// Both layers bind tenant, path and version, so a row cannot be put in another one's place.
final class Envelope {
  private static final int KEY_BYTES = 32;
  private static final int IV_BYTES = 12;
  private static final int TAG_BYTES = 16;
  private static final String CIPHER = "AES/GCM/NoPadding";

  /// How much longer than its value a ciphertext is.
  static final int OVERHEAD = IV_BYTES + TAG_BYTES;

  private final SecretKeySpec master;
  private final SecureRandom random;

  /// One encrypted value.
  ///
  /// @param wrappedKey the value's key under the master key
  /// @param ciphertext the value under that key
  record Sealed(byte[] wrappedKey, byte[] ciphertext) {}

  Envelope(MasterKey key, SecureRandom random) {
    this.master = key.derive("vouchsafe store key wrapping v1", "AES");
    this.random = random;
  }

  private static byte[] binding(String layer, Tenant tenant, String path, long version) {
    return (layer + '\0' + tenant + '\0' + path + '\0' + version).getBytes(StandardCharsets.UTF_8);
  }

  Sealed seal(Tenant tenant, String path, long version, SecretBytes value) {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    try {
      byte[] wrapped = encrypt(master, key, binding("key", tenant, path, version));
      SecretKeySpec own = new SecretKeySpec(key, "AES");
      byte[] ciphertext =
          value.lend(secret -> encrypt(own, secret, binding("value", tenant, path, version)));
      return new Sealed(wrapped, ciphertext);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private byte[] encrypt(SecretKeySpec key, byte[] plain, byte[] binding) {
    byte[] iv = new byte[IV_BYTES];
    random.nextBytes(iv);
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, iv));
      cipher.updateAAD(binding);
      byte[] out = Arrays.copyOf(iv, IV_BYTES + plain.length + TAG_BYTES);
      cipher.doFinal(plain, 0, plain.length, out, IV_BYTES);
      return out;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks AES-GCM", e);
    }
  }

  /// @throws StoreException with [Code#STORE_CORRUPT] if key or value are not what was sealed
  SecretBytes open(Tenant tenant, String path, long version, Sealed sealed) throws StoreException {
    byte[] key = new byte[0];
    try {
      key = decrypt(master, sealed.wrappedKey(), binding("key", tenant, path, version));
      return SecretBytes.take(
          decrypt(
              new SecretKeySpec(key, "AES"),
              sealed.ciphertext(),
              binding("value", tenant, path, version)));
    } catch (GeneralSecurityException e) {
      throw new StoreException(
          Code.STORE_CORRUPT,
          "version %d of resource %s is not what was stored".formatted(version, path),
          e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static byte[] decrypt(SecretKeySpec key, byte[] sealed, byte[] binding)
      throws GeneralSecurityException {
    if (sealed.length < OVERHEAD) {
      throw new GeneralSecurityException("shorter than an IV and a tag");
    }
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(
        Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, sealed, 0, IV_BYTES));
    cipher.updateAAD(binding);
    return cipher.doFinal(sealed, IV_BYTES, sealed.length - IV_BYTES);
  }
}
