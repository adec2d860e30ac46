package io.vouchsafe.tpm;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The hash algorithms that a TPM of today has and that the JDK computes.
public enum HashAlg {
  SHA1(0x0004, 20, "SHA-1"),
  SHA256(0x000B, 32, "SHA-256"),
  SHA384(0x000C, 48, "SHA-384"),
  SHA512(0x000D, 64, "SHA-512");

  private final int id;
  private final int size;
  private final String jcaName;

  HashAlg(int id, int size, String jcaName) {
    this.id = id;
    this.size = size;
    this.jcaName = jcaName;
  }

  /// The TPM_ALG_ID.
  public int id() {
    return id;
  }

  /// Length of a digest in bytes.
  public int size() {
    return size;
  }

  /// The name that the JDK uses, for example `SHA-256`.
  public String jcaName() {
    return jcaName;
  }

  /// The algorithm with a TPM_ALG_ID.
  ///
  /// @param at offset in the input that `id` was read from, for the error
  /// @throws FormatException with [Code#UNSUPPORTED_ALGORITHM] if it is none of these
  public static HashAlg of(int id, long at) throws FormatException {
    return switch (id) {
      case 0x0004 -> SHA1;
      case 0x000B -> SHA256;
      case 0x000C -> SHA384;
      case 0x000D -> SHA512;
      default ->
          throw new FormatException(
              Code.UNSUPPORTED_ALGORITHM,
              at,
              "a hash of the SHA-1 or SHA-2 family",
              "TPM_ALG 0x" + Integer.toHexString(id));
    };
  }

  /// A new digest computation.
  public MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance(jcaName);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK lacks " + jcaName, e);
    }
  }

  /// The digest of `data`.
  public Bytes digest(Bytes data) {
    MessageDigest digest = newDigest();
    data.update(digest);
    return Bytes.of(digest.digest());
  }

  /// What a PCR holds after one extend: the digest of its value followed by `digest`.
  public Bytes extend(Bytes value, Bytes digest) {
    MessageDigest computation = newDigest();
    value.update(computation);
    digest.update(computation);
    return Bytes.of(computation.digest());
  }
}
