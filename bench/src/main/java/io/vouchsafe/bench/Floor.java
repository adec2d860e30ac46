package io.vouchsafe.bench;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// What no reader of an encrypted layer can leave out, each alone, over the whole layer and nothing
/// else: no file is read or written.
final class Floor {
  private static final int CHUNK = 128 << 10;
  private static final int GZIP_HEADER = 10;

  private final byte[] ciphertext;
  private final byte[] gzip;
  private final byte[] tar;
  private final byte[] out = new byte[CHUNK];
  private final SecretKeySpec aes = new SecretKeySpec(new byte[32], "AES");
  private final SecretKeySpec hmac = new SecretKeySpec(new byte[32], "HmacSHA256");

  /// @param ciphertext of the layer
  /// @param gzip the same, decrypted: one member, its header without optional parts
  /// @param tar the same, unpacked
  Floor(byte[] ciphertext, byte[] gzip, byte[] tar) {
    this.ciphertext = ciphertext;
    this.gzip = gzip;
    this.tar = tar;
  }

  /// The operations.
  enum Operation {
    SHA256_OF_CIPHERTEXT("SHA-256 of the ciphertext"),
    HMAC_OF_CIPHERTEXT("HMAC-SHA-256 of the ciphertext"),
    AES_CTR("AES-256-CTR"),
    INFLATE("inflate"),
    SHA256_OF_TAR("SHA-256 of the tar");

    private final String text;

    Operation(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  void run(Operation operation) throws BenchException {
    try {
      switch (operation) {
        case SHA256_OF_CIPHERTEXT -> sha256(ciphertext);
        case HMAC_OF_CIPHERTEXT -> mac();
        case AES_CTR -> decrypt();
        case INFLATE -> inflate();
        case SHA256_OF_TAR -> sha256(tar);
      }
    } catch (GeneralSecurityException | DataFormatException e) {
      throw new BenchException(operation + " failed", e);
    }
  }

  private static void sha256(byte[] data) throws GeneralSecurityException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (int at = 0; at < data.length; at += CHUNK) {
      digest.update(data, at, Math.min(CHUNK, data.length - at));
    }
    digest.digest();
  }

  private void mac() throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(hmac);
    for (int at = 0; at < ciphertext.length; at += CHUNK) {
      mac.update(ciphertext, at, Math.min(CHUNK, ciphertext.length - at));
    }
    mac.doFinal();
  }

  private void decrypt() throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
    cipher.init(Cipher.DECRYPT_MODE, aes, new IvParameterSpec(new byte[16]));
    for (int at = 0; at < ciphertext.length; at += CHUNK) {
      cipher.update(ciphertext, at, Math.min(CHUNK, ciphertext.length - at), out, 0);
    }
  }

  private void inflate() throws DataFormatException {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(gzip, GZIP_HEADER, gzip.length - GZIP_HEADER);
      while (!inflater.finished()) {
        inflater.inflate(out);
      }
    } finally {
      inflater.end();
    }
  }
}
