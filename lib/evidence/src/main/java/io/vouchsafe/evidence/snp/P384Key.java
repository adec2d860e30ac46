package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;

/// A public key on P-384 that signs with SHA-384, and the one place where such signatures are
/// verified here.
final class P384Key {
  private static final int SIZE = 48;
  private static final String SPKI_HEAD = "3076301006072a8648ce3d020106052b81040022036200" + "04";
  private static final BigInteger P =
      new BigInteger(
          "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe"
              + "ffffffff0000000000000000ffffffff",
          16);
  private static final BigInteger N =
      new BigInteger(
          "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf"
              + "581a0db248b0a77aecec196accc52973",
          16);
  private static final BigInteger B =
      new BigInteger(
          "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875a"
              + "c656398d8a2ed19d2a85c8edd3ec2aef",
          16);
  private static final BigInteger THREE = BigInteger.valueOf(3);

  private final PublicKey key;

  private P384Key(PublicKey key) {
    this.key = key;
  }

  /// Decodes a SubjectPublicKeyInfo with an uncompressed point of the named curve.
  ///
  /// @throws FormatException if it is anything else, or the point is not on the curve
  static P384Key parse(Bytes spki) throws FormatException {
    Bytes head = Bytes.fromHex(SPKI_HEAD);
    if (spki.size() != head.size() + 2 * SIZE || !spki.slice(0, head.size()).equals(head)) {
      throw FormatException.unexpected("a key on P-384", "another key");
    }
    int middle = head.size() + SIZE;
    if (!onCurve(
        unsigned(spki.slice(head.size(), middle)), unsigned(spki.slice(middle, spki.size())))) {
      throw FormatException.unexpected("a point on P-384", "a point that is not on it");
    }
    try {
      return new P384Key(
          KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(spki.toByteArray())));
    } catch (InvalidKeySpecException e) {
      throw FormatException.unexpected("a key on P-384", String.valueOf(e.getMessage()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks EC keys", e);
    }
  }

  private static BigInteger unsigned(Bytes bytes) {
    return new BigInteger(1, bytes.toByteArray());
  }

  private static boolean onCurve(BigInteger x, BigInteger y) {
    if (x.compareTo(P) >= 0 || y.compareTo(P) >= 0) {
      return false;
    }
    BigInteger right = x.multiply(x).subtract(THREE).multiply(x).add(B).mod(P);
    return y.multiply(y).mod(P).equals(right);
  }

  /// Whether this key made the signature over `message`.
  ///
  /// @param r 72 bytes, least significant first, as AMD writes them
  /// @param s as `r`
  boolean signed(Bytes message, Bytes r, Bytes s) {
    byte[] raw = new byte[2 * SIZE];
    if (!put(r, raw, 0) || !put(s, raw, SIZE)) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance("SHA384withECDSAinP1363Format");
      verifier.initVerify(key);
      verifier.update(message.asBuffer());
      return verifier.verify(raw);
    } catch (SignatureException | InvalidKeyException _) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks ECDSA", e);
    }
  }

  /// Writes a scalar most significant byte first; false if it is not in 1 to n-1.
  private static boolean put(Bytes scalar, byte[] to, int at) {
    for (int i = SIZE; i < scalar.size(); i++) {
      if (scalar.at(i) != 0) {
        return false;
      }
    }
    for (int i = 0; i < SIZE; i++) {
      to[at + SIZE - 1 - i] = (byte) scalar.at(i);
    }
    BigInteger value = new BigInteger(1, to, at, SIZE);
    return value.signum() > 0 && value.compareTo(N) < 0;
  }
}
