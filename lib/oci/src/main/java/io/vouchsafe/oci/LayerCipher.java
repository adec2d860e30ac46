package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// `AES_256_CTR_HMAC_SHA256` (specs: guest components §7.2): AES-256 in counter mode, HMAC-SHA-256
/// with the same key over the ciphertext. The HMAC is known only at the end of the stream: what was
/// decrypted before is worth nothing until [#matches(Bytes)].
///
/// Works in place on the caller's buffers. Not thread-safe.
final class LayerCipher {
  static final String NAME = "AES_256_CTR_HMAC_SHA256";
  static final String PUBLIC_OPTIONS = "org.opencontainers.image.enc.pubopts";

  private final Cipher cipher;
  private final Mac mac;

  LayerCipher(LayerKey key) {
    try {
      cipher = Cipher.getInstance("AES/CTR/NoPadding");
      mac = Mac.getInstance("HmacSHA256");
      key.key()
          .lend(secret -> {
            // CTR: encryption and decryption are the same operation.
            cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(secret, "AES"),
                new IvParameterSpec(key.nonce().toByteArray()));
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return secret.length;
          });
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-CTR and HMAC-SHA-256", e);
    }
  }

  /// Authenticates ciphertext and turns it into plain bytes, in place.
  void decrypt(byte[] buffer, int offset, int length) {
    mac.update(buffer, offset, length);
    crypt(buffer, offset, length);
  }

  /// Turns plain bytes into ciphertext, in place, and authenticates it.
  void encrypt(byte[] buffer, int offset, int length) {
    crypt(buffer, offset, length);
    mac.update(buffer, offset, length);
  }

  private void crypt(byte[] buffer, int offset, int length) {
    try {
      int done = cipher.update(buffer, offset, length, buffer, offset);
      if (done != length) {
        throw new IllegalStateException("counter mode keeps nothing back");
      }
    } catch (ShortBufferException e) {
      throw new IllegalStateException("counter mode needs no more room", e);
    }
  }

  /// Ends the stream and compares its HMAC.
  boolean matches(Bytes expected) {
    return expected.matches(hmac());
  }

  /// Ends the stream.
  Bytes hmac() {
    return Bytes.of(mac.doFinal());
  }

  /// The public options for a layer with this HMAC.
  static Bytes publicOptions(Bytes hmac) {
    return Json.object()
        .put("cipher", NAME)
        .put("hmac", hmac.base64())
        .put("cipheroptions", Json.object().build())
        .build()
        .utf8();
  }

  /// Reads the HMAC out of a layer's public options.
  ///
  /// @throws RefusedException if they are missing, malformed, of another cipher, or hold a nonce:
  ///   the HMAC does not cover that annotation
  static Bytes hmac(Descriptor layer) throws RefusedException {
    Optional<String> annotation = layer.annotation(PUBLIC_OPTIONS);
    if (annotation.isEmpty()) {
      throw invalid("annotation " + PUBLIC_OPTIONS, "none");
    }
    try {
      Json.Obj options = Json.parseObject(Bytes.fromBase64(annotation.get()), Manifest.LIMITS);
      String cipher = options.string("cipher");
      if (!cipher.equals(NAME)) {
        throw new RefusedException(
            ImageCheck.LAYER_ENCRYPTION,
            Code.UNSUPPORTED_ALGORITHM,
            NAME,
            ImageName.quoted(cipher));
      }
      if (options.present("cipheroptions").isPresent()
          && options.object("cipheroptions").get("nonce").isPresent()) {
        throw invalid("no nonce in public options", "one");
      }
      Bytes hmac = Bytes.fromBase64(options.string("hmac"));
      if (hmac.size() != 32) {
        throw invalid("an HMAC of 32 bytes", hmac.size() + " bytes");
      }
      return hmac;
    } catch (FormatException e) {
      throw invalid(e.expected(), e.found());
    }
  }

  /// Opens a layer's key: each wrapped key of each scheme is tried until one opens.
  ///
  /// @throws RefusedException if there is none, or none opens
  static LayerKey open(Descriptor layer, LayerKeys keys) throws RefusedException, IOException {
    int tried = 0;
    for (Map.Entry<String, String> annotation : layer.annotations().entrySet()) {
      if (!annotation.getKey().startsWith(WrappedKey.ANNOTATION_PREFIX)) {
        continue;
      }
      String scheme = annotation.getKey().substring(WrappedKey.ANNOTATION_PREFIX.length());
      for (String text : annotation.getValue().split(",", -1)) {
        tried++;
        Optional<LayerKey> key = open(scheme, text, keys);
        if (key.isPresent()) {
          return key.get();
        }
      }
    }
    if (tried == 0) {
      throw invalid("wrapped keys in annotations " + WrappedKey.ANNOTATION_PREFIX + "*", "none");
    }
    throw new RefusedException(
        ImageCheck.LAYER_KEY,
        Code.LAYER_KEY_UNAVAILABLE,
        "a key that opens layer " + layer.digest(),
        "none opens any of "
            + tried
            + " wrapped keys ("
            + String.join(", ", WrappedKey.schemes(layer))
            + ")");
  }

  private static Optional<LayerKey> open(String scheme, String text, LayerKeys keys)
      throws RefusedException, IOException {
    Bytes content;
    try {
      content = Bytes.fromBase64(text);
    } catch (FormatException _) {
      return Optional.empty();
    }
    Optional<SecretBytes> opened = keys.unwrap(WrappedKey.of(scheme, content));
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    try (SecretBytes options = opened.get()) {
      return Optional.of(LayerKey.parse(options));
    } catch (FormatException _) {
      // Opened, but not a layer key: unauthenticated wrapping yields that with the wrong key.
      return Optional.empty();
    }
  }

  static RefusedException invalid(String expected, String found) {
    return new RefusedException(
        ImageCheck.LAYER_ENCRYPTION, Code.LAYER_ENCRYPTION_INVALID, expected, found);
  }
}
