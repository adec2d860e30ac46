package io.vouchsafe.guest.image;

import io.vouchsafe.encoding.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Digests of files, and of lists of named digests.
final class Sha256 {
  private final MessageDigest digest = create();

  private static MessageDigest create() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// Of a file's content.
  static Bytes of(Path file) throws IOException {
    MessageDigest digest = create();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return Bytes.of(digest.digest());
  }

  /// Of bytes.
  static Bytes of(Bytes bytes) {
    MessageDigest digest = create();
    bytes.update(digest);
    return Bytes.of(digest.digest());
  }

  /// Adds a named text: the lengths come first, so that no two lists run together.
  Sha256 add(String name, String value) {
    for (String text : new String[] {name, value}) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
      digest.update(bytes);
    }
    return this;
  }

  /// Adds a named file by its content.
  Sha256 add(String name, Path file) throws IOException {
    return add(name, of(file).hex());
  }

  /// The digest of all that was added.
  Bytes finish() {
    return Bytes.of(digest.digest());
  }
}
