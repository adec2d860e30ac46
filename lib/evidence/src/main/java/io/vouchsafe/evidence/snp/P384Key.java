package io.vouchsafe.evidence.snp;

import io.vouchsafe.ec.Curve;
import io.vouchsafe.ec.EcdsaSignature;
import io.vouchsafe.ec.EcdsaVerifier;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;

/// A public key on P-384 that signs with SHA-384, and the one place where such signatures are
/// verified here. Gets faster with use, so it is worth keeping.
final class P384Key {
  private static final String SPKI_HEAD = "3076301006072a8648ce3d020106052b81040022036200";

  private final EcdsaVerifier verifier;

  private P384Key(EcdsaVerifier verifier) {
    this.verifier = verifier;
  }

  /// Decodes a SubjectPublicKeyInfo with an uncompressed point of the named curve.
  ///
  /// @throws FormatException if it is anything else, or the point is not on the curve
  static P384Key parse(Bytes spki) throws FormatException {
    Bytes head = Bytes.fromHex(SPKI_HEAD);
    if (spki.size() <= head.size() || !spki.slice(0, head.size()).equals(head)) {
      throw FormatException.unexpected("a key on P-384", "another key");
    }
    return new P384Key(EcdsaVerifier.of(Curve.P384, spki.slice(head.size(), spki.size())));
  }

  /// Whether this key made the signature over `message`. A number outside of 1 to n-1 makes none.
  ///
  /// @param r 72 bytes, least significant first, as AMD writes them
  /// @param s as `r`
  boolean signed(Bytes message, Bytes r, Bytes s) {
    try {
      return verifier.verify(message, EcdsaSignature.ofLittleEndian(Curve.P384, r, s));
    } catch (FormatException _) {
      return false;
    }
  }
}
