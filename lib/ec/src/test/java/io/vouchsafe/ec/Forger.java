package io.vouchsafe.ec;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.math.BigInteger;
import java.util.Optional;
import java.util.Random;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;

/// Makes signatures that are valid by construction, without a private key: for a key Q and any u1,
/// u2 the point R = u1 G + u2 Q gives r = x(R), s = r / u2, hash = u1 s. So every path of a
/// verifier can be walked on purpose. The points are BouncyCastle's.
final class Forger {
  final Curve curve;
  final X9ECParameters parameters;
  final BigInteger n;
  final BigInteger p;

  /// @param hash as long as the order
  record Forged(BigInteger hash, BigInteger r, BigInteger s) {}

  Forger(Curve curve) {
    this.curve = curve;
    parameters =
        CustomNamedCurves.getByName(
            switch (curve) {
              case P256 -> "secp256r1";
              case P384 -> "secp384r1";
            });
    n = parameters.getN();
    p = parameters.getCurve().getField().getCharacteristic();
  }

  ECPoint generator() {
    return parameters.getG();
  }

  ECPoint times(BigInteger scalar) {
    return generator().multiply(scalar.mod(n)).normalize();
  }

  BigInteger scalar(Random random) {
    return new BigInteger(n.bitLength() + 64, random).mod(n.subtract(BigInteger.ONE)).add(one());
  }

  private static BigInteger one() {
    return BigInteger.ONE;
  }

  /// The point with this x and an even y, if there is one.
  Optional<ECPoint> withX(BigInteger x) {
    if (x.signum() < 0 || x.compareTo(p) >= 0) {
      return Optional.empty();
    }
    byte[] encoded = new byte[curve.size() + 1];
    encoded[0] = 2;
    byte[] number = number(x, curve.size());
    System.arraycopy(number, 0, encoded, 1, number.length);
    try {
      return Optional.of(parameters.getCurve().decodePoint(encoded).normalize());
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /// A valid signature; empty if the sum is infinite or u2 makes no signature.
  Optional<Forged> forge(ECPoint key, BigInteger u1, BigInteger u2) {
    ECPoint sum =
        ECAlgorithms.sumOfTwoMultiplies(generator(), u1.mod(n), key, u2.mod(n)).normalize();
    if (sum.isInfinity() || u2.mod(n).signum() == 0) {
      return Optional.empty();
    }
    BigInteger r = sum.getAffineXCoord().toBigInteger().mod(n);
    if (r.signum() == 0) {
      return Optional.empty();
    }
    BigInteger s = r.multiply(u2.modInverse(n)).mod(n);
    return Optional.of(new Forged(u1.multiply(s).mod(n), r, s));
  }

  EcdsaVerifier verifier(ECPoint key) throws FormatException {
    return EcdsaVerifier.of(
        curve,
        Bytes.of(number(key.getAffineXCoord().toBigInteger(), curve.size())),
        Bytes.of(number(key.getAffineYCoord().toBigInteger(), curve.size())));
  }

  Bytes hash(BigInteger hash) {
    return Bytes.of(number(hash, curve.size()));
  }

  EcdsaSignature signature(BigInteger r, BigInteger s) throws FormatException {
    return EcdsaSignature.ofDer(curve, der(r, s));
  }

  boolean verify(EcdsaVerifier verifier, Forged forged) throws FormatException {
    return verifier.verifyHash(hash(forged.hash), signature(forged.r, forged.s));
  }

  static Bytes der(BigInteger r, BigInteger s) {
    byte[] first = r.toByteArray();
    byte[] second = s.toByteArray();
    int length = 4 + first.length + second.length;
    byte[] out = new byte[2 + length];
    int at = 0;
    out[at++] = 0x30;
    out[at++] = (byte) length;
    out[at++] = 2;
    out[at++] = (byte) first.length;
    System.arraycopy(first, 0, out, at, first.length);
    at += first.length;
    out[at++] = 2;
    out[at++] = (byte) second.length;
    System.arraycopy(second, 0, out, at, second.length);
    return Bytes.of(out);
  }

  /// Big-endian.
  static byte[] number(BigInteger value, int length) {
    byte[] out = new byte[length];
    byte[] bytes = value.toByteArray();
    int start = bytes.length > length ? bytes.length - length : 0;
    System.arraycopy(bytes, start, out, length - (bytes.length - start), bytes.length - start);
    return out;
  }
}
