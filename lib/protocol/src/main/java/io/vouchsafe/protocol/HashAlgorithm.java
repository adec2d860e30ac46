package io.vouchsafe.protocol;

import io.vouchsafe.encoding.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/// The hashes of the handshake and of init-data. SM3 is a name of the protocol too, but not one
/// that this runtime can compute, so it is not offered.
public enum HashAlgorithm {
  SHA256("sha256", "SHA-256", 32),
  SHA384("sha384", "SHA-384", 48),
  SHA512("sha512", "SHA-512", 64);

  /// What both ends use when the challenge selects nothing.
  public static final HashAlgorithm DEFAULT = SHA384;

  private final String wireName;
  private final String jcaName;
  private final int size;

  HashAlgorithm(String wireName, String jcaName, int size) {
    this.wireName = wireName;
    this.jcaName = jcaName;
    this.size = size;
  }

  /// The algorithm of that name, exactly: lower case, without a dash.
  public static Optional<HashAlgorithm> ofName(String name) {
    for (HashAlgorithm algorithm : values()) {
      if (algorithm.wireName.equals(name)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }

  /// The name on the wire, for example `sha384`.
  public String wireName() {
    return wireName;
  }

  /// Length of a digest in bytes.
  public int size() {
    return size;
  }

  /// The digest of `input`.
  public Bytes digest(Bytes input) {
    try {
      MessageDigest digest = MessageDigest.getInstance(jcaName);
      input.update(digest);
      return Bytes.of(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has " + jcaName, e);
    }
  }
}
