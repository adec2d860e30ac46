package io.vouchsafe.ec;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Verifies ECDSA signatures (FIPS 186-5 §6.4.2) by one public key, **of public data only**.
///
/// The running time and the memory accesses depend on all operands. That is right for the signature
/// of a hardware report, which everybody may see. **Never use anything of this package for signing,
/// key agreement or decryption.**
///
/// A verifier is made for a key that is used more than once: it computes tables of multiples of the
/// key. The first uses do without. The 24th builds a table ([#tableSize] bytes) on the thread that
/// happens to ask, which takes some 20 times as long as a verification; a caller that knows a key
/// will come again, and minds that pause, calls [#prepare] on a thread of its own. Whoever keeps
/// many verifiers bounds them by [#tableSize].
///
/// Where AWS-LC is installed as a provider, it verifies messages for a key that has no table yet,
/// which is faster; without it everything here works the same.
///
/// With the table, a verification allocates less than 3 KiB, all of it for the duration of the
/// call. Safe for concurrent use.
public final class EcdsaVerifier {
  private static final int UNCOMPRESSED = 4;
  private static final int MAX_DIGEST = 64;

  private final Curve curve;
  private final Domain domain;
  private final FixedPoint key;
  private final NativeVerification first;

  private EcdsaVerifier(Curve curve, BigInteger x, BigInteger y) throws FormatException {
    this.curve = curve;
    domain = curve.domain();
    if (!domain.contains(x, y)) {
      throw FormatException.unexpected(
          "a point of " + curve, "coordinates out of range or off the curve");
    }
    key = domain.point(x, y, Domain.KEY_TABLE_AFTER);
    first = new NativeVerification(curve, x, y);
  }

  /// @throws FormatException if the key belongs to another curve, is the point at infinity or is
  ///   not a point of the curve: key factories do not all look
  public static EcdsaVerifier of(Curve curve, ECPublicKey key) throws FormatException {
    ECParameterSpec parameters = key.getParams();
    Domain domain = curve.domain();
    boolean same =
        parameters.getCurve().getField() instanceof ECFieldFp field
            && field.getP().equals(domain.field.p)
            && parameters
                .getCurve()
                .getA()
                .mod(domain.field.p)
                .equals(domain.field.p.subtract(BigInteger.valueOf(3)))
            && parameters.getCurve().getB().equals(domain.b)
            && parameters.getGenerator().getAffineX().equals(domain.generatorX)
            && parameters.getGenerator().getAffineY().equals(domain.generatorY)
            && parameters.getOrder().equals(domain.n);
    if (!same) {
      throw FormatException.unexpected("a key on " + curve, "a key on another curve");
    }
    ECPoint point = key.getW();
    if (ECPoint.POINT_INFINITY.equals(point)) {
      throw FormatException.unexpected("a point of " + curve, "the point at infinity");
    }
    return new EcdsaVerifier(curve, point.getAffineX(), point.getAffineY());
  }

  /// @param point SEC 1, uncompressed: byte 4, x, y
  /// @throws FormatException if this is another encoding or not a point of the curve
  public static EcdsaVerifier of(Curve curve, Bytes point) throws FormatException {
    int size = curve.size();
    if (point.size() != 1 + 2 * size || point.at(0) != UNCOMPRESSED) {
      throw FormatException.malformed(
          0,
          "byte 4 and " + 2 * size + " bytes of coordinates",
          point.isEmpty() ? "nothing" : "byte " + point.at(0) + " and " + (point.size() - 1));
    }
    return of(curve, point.slice(1, 1 + size), point.slice(1 + size, 1 + 2 * size));
  }

  /// @param x big-endian, [Curve#size] bytes
  /// @param y big-endian, [Curve#size] bytes
  /// @throws FormatException if a length is another or this is not a point of the curve
  public static EcdsaVerifier of(Curve curve, Bytes x, Bytes y) throws FormatException {
    if (x.size() != curve.size() || y.size() != curve.size()) {
      throw FormatException.malformed(
          0, "coordinates of " + curve.size() + " bytes", x.size() + " and " + y.size());
    }
    return new EcdsaVerifier(
        curve, new BigInteger(1, x.toByteArray()), new BigInteger(1, y.toByteArray()));
  }

  public Curve curve() {
    return curve;
  }

  /// Builds the tables now, on this thread: for a key that is known to come again. Does nothing if
  /// they are there.
  ///
  /// @return this
  public EcdsaVerifier prepare() {
    domain.generator.buildTable();
    key.buildTable();
    return this;
  }

  /// The key's table, built if need be.
  WindowTable keyTable() {
    return key.buildTable();
  }

  /// Whether the key's table is there.
  public boolean isPrepared() {
    return key.hasTable();
  }

  /// Bytes that the key's table takes, now or once it is built.
  public long tableSize() {
    return key.tableSize();
  }

  /// Whether `signature` is one of `message`, hashed with [Curve#hash].
  ///
  /// @throws IllegalArgumentException if the signature was read for another curve
  public boolean verify(Bytes message, EcdsaSignature signature) {
    requireCurve(signature);
    if (!signature.inRange()) {
      return false;
    }
    if (NativeVerification.isHere() && key.useWithoutTable()) {
      Optional<Boolean> answer = first.verify(message, signature);
      if (answer.isPresent()) {
        return answer.get();
      }
    }
    MessageDigest hash;
    try {
      hash = MessageDigest.getInstance(curve.hash());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this runtime has no " + curve.hash(), e);
    }
    message.update(hash);
    return verifyHash(hash.digest(), signature);
  }

  /// Whether `signature` is one of the message with this hash. Of a hash that is longer than the
  /// order, the leftmost bits count (FIPS 186-5 §6.4.1).
  ///
  /// @param hash 1 to 64 bytes
  /// @throws IllegalArgumentException if the hash has another length or the signature was read for
  ///   another curve
  public boolean verifyHash(Bytes hash, EcdsaSignature signature) {
    return verifyHash(hash.toByteArray(), signature);
  }

  private boolean verifyHash(byte[] hash, EcdsaSignature signature) {
    if (hash.length == 0 || hash.length > MAX_DIGEST) {
      throw new IllegalArgumentException("a hash of " + hash.length + " bytes");
    }
    requireCurve(signature);
    if (!signature.inRange()) {
      return false;
    }
    Modulus order = domain.order;
    Modulus.Scratch scratch = new Modulus.Scratch(order);
    long[] inverse = new long[order.limbs];
    order.invertToMontgomery(inverse, signature.s(), scratch);
    long[] u1 = new long[order.limbs];
    Limbs.fromBigEndian(u1, Modulus.WIDTH, hash, 0, Math.min(hash.length, curve.size()));
    order.multiply(u1, u1, inverse, scratch);
    long[] u2 = new long[order.limbs];
    order.multiply(u2, signature.r(), inverse, scratch);
    return isX(signature.r(), Scalar.of(order, u1, scratch), Scalar.of(order, u2, scratch));
  }

  private void requireCurve(EcdsaSignature signature) {
    if (signature.curve() != curve) {
      throw new IllegalArgumentException(
          "a signature on " + signature.curve() + " for a key on " + curve);
    }
  }

  /// A scalar of at most half the order, times a sign: then digits with sign do not carry out of
  /// the top window.
  record Scalar(long[] magnitude, boolean negative) {
    static Scalar of(Modulus order, long[] scalar, Modulus.Scratch scratch) {
      if (!order.inUpperHalf(scalar, scratch)) {
        return new Scalar(scalar, false);
      }
      order.negate(scalar, scalar);
      return new Scalar(scalar, true);
    }
  }

  /// Whether `u1 G + u2 Q` is finite and its x coordinate is r modulo the order.
  private boolean isX(long[] r, Scalar u1, Scalar u2) {
    WindowTable generatorTable = domain.generator.use();
    WindowTable keyTable = key.use();
    PointSum sum = sum(u1, generatorTable, u2, keyTable, false);
    if (sum.isDegenerate()) {
      // Made on purpose, or infinite. Again, looking at each step.
      sum = sum(u1, generatorTable, u2, keyTable, true);
      if (sum.isInfinite()) {
        return false;
      }
    }
    long[] x = domain.field.zero();
    domain.field.fromInteger(x, r);
    if (sum.hasX(x)) {
      return true;
    }
    long[] next = r.clone();
    if (!domain.addOrder(next)) {
      return false;
    }
    domain.field.fromInteger(x, next);
    return sum.hasX(x);
  }

  /// `u1 G + u2 Q`, from the tables that are given. See [PointSum] for `complete`.
  PointSum sum(
      Scalar u1,
      @Nullable WindowTable generatorTable,
      Scalar u2,
      @Nullable WindowTable keyTable,
      boolean complete) {
    PointSum sum = new PointSum(domain.field, complete);
    if (generatorTable == null || keyTable == null) {
      int bits = domain.n.bitLength();
      OddMultiples generatorOdd = domain.generator.oddMultiples();
      OddMultiples keyOdd = key.oddMultiples();
      byte[] digits1 =
          generatorTable == null ? OddMultiples.digits(u1.magnitude, bits) : new byte[bits + 1];
      byte[] digits2 =
          keyTable == null ? OddMultiples.digits(u2.magnitude, bits) : new byte[bits + 1];
      for (int i = bits; i >= 0; i--) {
        sum.twice();
        generatorOdd.addTo(sum, digits1[i], u1.negative);
        keyOdd.addTo(sum, digits2[i], u2.negative);
      }
    }
    sum.endDoubling();
    if (generatorTable != null) {
      generatorTable.addTo(sum, u1.magnitude, u1.negative);
    }
    if (keyTable != null) {
      keyTable.addTo(sum, u2.magnitude, u2.negative);
    }
    return sum;
  }
}
