package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.FormatException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.EllipticCurve;
import java.security.spec.X509EncodedKeySpec;

/// ECDSA with P-256 and SHA-256: the only place of this package that verifies a signature. Public
/// data only.
final class P256Signatures {
  private static final int SIZE = 32;

  /// What stands before X and Y in a SubjectPublicKeyInfo.
  private static final Bytes SPKI_PREFIX =
      hex("3059301306072a8648ce3d020106082a8648ce3d030107034200" + "04");

  private static final BigInteger P =
      new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
  private static final BigInteger B =
      new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);
  private static final BigInteger N =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
  private static final BigInteger THREE = BigInteger.valueOf(3);

  private P256Signatures() {}

  private static Bytes hex(String text) {
    try {
      return Bytes.fromHex(text);
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The key with these coordinates.
  ///
  /// @param point X and Y, big-endian, 64 bytes
  /// @throws FormatException if that is no point of the curve
  static PublicKey key(Bytes point) throws FormatException {
    BigInteger x = new BigInteger(1, point.slice(0, SIZE).toByteArray());
    BigInteger y = new BigInteger(1, point.slice(SIZE, 2 * SIZE).toByteArray());
    // Not left to the provider: not all of them look.
    boolean onCurve =
        x.compareTo(P) < 0
            && y.compareTo(P) < 0
            && y.multiply(y)
                    .subtract(x.multiply(x).subtract(THREE).multiply(x).add(B))
                    .mod(P)
                    .signum()
                == 0;
    if (!onCurve) {
      throw FormatException.unexpected("a point of P-256", "another pair of numbers");
    }
    try {
      return KeyFactory.getInstance("EC")
          .generatePublic(new X509EncodedKeySpec(SPKI_PREFIX.concat(point).toByteArray()));
    } catch (GeneralSecurityException e) {
      throw FormatException.unexpected("a point of P-256", String.valueOf(e.getMessage()));
    }
  }

  /// Whether `key` is one of P-256.
  static boolean isKey(PublicKey key) {
    if (!(key instanceof ECPublicKey ec)) {
      return false;
    }
    ECParameterSpec parameters = ec.getParams();
    EllipticCurve curve = parameters.getCurve();
    return curve.getField() instanceof ECFieldFp field
        && field.getP().equals(P)
        && curve.getB().equals(B)
        && parameters.getOrder().equals(N);
  }

  /// Whether `signature` is one by `key` over `message`.
  ///
  /// @param signature r and s, big-endian, 64 bytes
  static boolean verifies(PublicKey key, Bytes message, Bytes signature) {
    if (signature.size() != 2 * SIZE
        || !isScalar(signature.slice(0, SIZE))
        || !isScalar(signature.slice(SIZE, 2 * SIZE))) {
      return false;
    }
    try {
      Signature engine = Signature.getInstance("SHA256withECDSAinP1363Format");
      engine.initVerify(key);
      engine.update(message.asBuffer());
      return engine.verify(signature.toByteArray());
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  private static boolean isScalar(Bytes bytes) {
    BigInteger value = new BigInteger(1, bytes.toByteArray());
    return value.signum() > 0 && value.compareTo(N) < 0;
  }

  /// As [#verifies(PublicKey, Bytes, Bytes)], for a signature as certificates hold it.
  static boolean verifiesDer(PublicKey key, Bytes message, Bytes signature) {
    try {
      DerReader pair = DerReader.of(signature).onlySequence();
      BigInteger r = pair.integer("r");
      BigInteger s = pair.integer("s");
      pair.end();
      return r.signum() > 0
          && s.signum() > 0
          && r.bitLength() <= 8 * SIZE
          && s.bitLength() <= 8 * SIZE
          && verifies(key, message, fixed(r).concat(fixed(s)));
    } catch (FormatException _) {
      return false;
    }
  }

  private static Bytes fixed(BigInteger value) {
    byte[] raw = value.toByteArray();
    int zeros = raw.length > SIZE ? raw.length - SIZE : 0; // the sign
    Bytes digits = Bytes.of(raw, zeros, raw.length - zeros);
    return Bytes.zeros(SIZE - digits.size()).concat(digits);
  }
}
