package io.vouchsafe.ec;

/// The curves that hardware evidence is signed on (SP 800-186 §3.2.1).
public enum Curve {
  /// secp256r1, prime256v1: DCAP quotes, with SHA-256.
  P256(32, "SHA-256"),
  /// secp384r1: SEV-SNP reports, Nitro documents, with SHA-384.
  P384(48, "SHA-384");

  private final int size;
  private final String hash;

  Curve(int size, String hash) {
    this.size = size;
    this.hash = hash;
  }

  /// Bytes of a coordinate and of a scalar.
  public int size() {
    return size;
  }

  /// The JCA name of the hash that [EcdsaVerifier#verify] uses on this curve.
  public String hash() {
    return hash;
  }

  Domain domain() {
    return switch (this) {
      case P256 -> Domain.P256;
      case P384 -> Domain.P384;
    };
  }
}
