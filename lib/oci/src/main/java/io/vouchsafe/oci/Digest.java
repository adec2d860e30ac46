package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// A content digest of the image specification. Text form: `sha256:` or `sha512:` and lower-case
/// hexadecimal.
///
/// @param algorithm the hash
/// @param value as many bytes as the hash makes
public record Digest(Algorithm algorithm, Bytes value) {

  /// The registered algorithms.
  public enum Algorithm {
    SHA256("sha256", "SHA-256", 32),
    SHA512("sha512", "SHA-512", 64);

    private final String label;
    private final String javaName;
    private final int length;

    Algorithm(String label, String javaName, int length) {
      this.label = label;
      this.javaName = javaName;
      this.length = length;
    }

    /// The name in front of the colon.
    public String label() {
      return label;
    }

    /// A fresh hash.
    public MessageDigest newDigest() {
      try {
        return MessageDigest.getInstance(javaName);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has " + javaName, e);
      }
    }
  }

  public Digest {
    if (value.size() != algorithm.length) {
      throw new IllegalArgumentException(
          algorithm.label + " is " + algorithm.length + " bytes, got " + value.size());
    }
  }

  /// Parses the text form.
  ///
  /// @throws FormatException if the algorithm is unknown or the rest is not its hexadecimal
  public static Digest parse(String text) throws FormatException {
    for (Algorithm algorithm : Algorithm.values()) {
      String prefix = algorithm.label + ":";
      if (text.startsWith(prefix)) {
        String hex = text.substring(prefix.length());
        if (hex.length() == 2 * algorithm.length && isLowerHex(hex)) {
          return new Digest(algorithm, Bytes.fromHex(hex));
        }
      }
    }
    throw FormatException.malformed(0, "a sha256: or sha512: digest", ImageName.quoted(text));
  }

  private static boolean isLowerHex(String text) {
    return text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }

  /// SHA-256 of `content`.
  public static Digest sha256(Bytes content) {
    MessageDigest digest = Algorithm.SHA256.newDigest();
    content.update(digest);
    return of(Algorithm.SHA256, digest);
  }

  /// The result of a hash that was fed; resets it.
  static Digest of(Algorithm algorithm, MessageDigest digest) {
    return new Digest(algorithm, Bytes.of(digest.digest()));
  }

  /// The hexadecimal part.
  public String hex() {
    return value.hex();
  }

  /// Whether `content` has this digest.
  public boolean matches(Bytes content) {
    MessageDigest digest = algorithm.newDigest();
    content.update(digest);
    return value.equals(Bytes.of(digest.digest()));
  }

  @Override
  public String toString() {
    return algorithm.label + ":" + value.hex();
  }
}
