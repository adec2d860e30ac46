package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// SHA-256 of texts, lower-case hexadecimal.
final class Digests {
  private Digests() {}

  /// Of the text as it is stored: canonical numbers would let two changes share one digest.
  static String of(Json json) {
    return of(json.compact());
  }

  /// The first eight bytes of that digest.
  static long number(Json json) {
    return Long.parseUnsignedLong(of(json).substring(0, 2 * Long.BYTES), 16);
  }

  /// Of the UTF-8 form.
  static String of(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Bytes.of(digest).hex();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
