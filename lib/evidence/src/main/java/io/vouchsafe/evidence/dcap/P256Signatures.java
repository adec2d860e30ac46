package io.vouchsafe.evidence.dcap;

import io.vouchsafe.ec.Curve;
import io.vouchsafe.ec.EcdsaSignature;
import io.vouchsafe.ec.EcdsaVerifier;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;

/// ECDSA with P-256 and SHA-256: the only place of this package that verifies a signature. Public
/// data only.
final class P256Signatures {
  /// What stands before X and Y in a SubjectPublicKeyInfo.
  private static final Bytes SPKI_PREFIX = prefix();

  private static final int SIZE = 32;

  private P256Signatures() {}

  private static Bytes prefix() {
    try {
      return Bytes.fromHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The key with these coordinates.
  ///
  /// @param point X and Y, big-endian, 64 bytes
  /// @throws FormatException if that is no point of the curve
  static PublicKey key(Bytes point) throws FormatException {
    // Not left to the provider: not all of them look whether it is on the curve.
    EcdsaVerifier.of(Curve.P256, point.slice(0, SIZE), point.slice(SIZE, 2 * SIZE));
    try {
      return KeyFactory.getInstance("EC")
          .generatePublic(new X509EncodedKeySpec(SPKI_PREFIX.concat(point).toByteArray()));
    } catch (GeneralSecurityException e) {
      throw FormatException.unexpected("a point of P-256", String.valueOf(e.getMessage()));
    }
  }

  /// Whether `key` is one of P-256.
  static boolean isKey(PublicKey key) {
    try {
      return key instanceof ECPublicKey ec
          && EcdsaVerifier.of(Curve.P256, ec).curve() == Curve.P256;
    } catch (FormatException _) {
      return false;
    }
  }

  /// Whether `signature` is one by `key` over `message`.
  ///
  /// @param signature r and s, big-endian, 64 bytes
  static boolean verifies(PublicKey key, Bytes message, Bytes signature) {
    try {
      return verifies(key, message, EcdsaSignature.ofBigEndian(Curve.P256, signature));
    } catch (FormatException _) {
      return false;
    }
  }

  /// As [#verifies(PublicKey, Bytes, Bytes)], for a signature as certificates hold it.
  static boolean verifiesDer(PublicKey key, Bytes message, Bytes signature) {
    try {
      return verifies(key, message, EcdsaSignature.ofDer(Curve.P256, signature));
    } catch (FormatException _) {
      return false;
    }
  }

  private static boolean verifies(PublicKey key, Bytes message, EcdsaSignature signature)
      throws FormatException {
    return key instanceof ECPublicKey ec
        && signature.inRange()
        && EcdsaVerifier.of(Curve.P256, ec).verify(message, signature);
  }
}
