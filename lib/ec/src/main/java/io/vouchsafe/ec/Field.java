package io.vouchsafe.ec;

import static java.lang.Math.multiplyHigh;

import java.math.BigInteger;

/// A prime field on signed limbs of `width` bits, in variable time and without allocation.
///
/// **Columns without carries.** A product of limbs `a b` has `h = floor(a b / 2^width)` as the high
/// word of `(a << k) (b << k)` with `2 k = 64 - width`. A column of the product of two numbers is a
/// sum of such products: the sum `s` of the low words (modulo 2^64, it wraps) and the sum `h` of
/// the high parts. What the column leaves to itself, `s - (h << width)`, is a sum of a few numbers
/// below `2^width`, so it is exact although `s` is not. Multiples by powers of two enter the same
/// way, as `v << n` and `v >> (width - n)`.
///
/// **Sizes.** What [#multiply], [#square] and [#normalize] return has limbs of at most `2^(width -
/// 1)` and a little more in magnitude: size 1. Sums and differences are not carried; their sizes
/// add up. The product of the sizes of two factors is at most [#MAX_SIZES].
abstract sealed class Field permits P256Field, P384Field {
  /// Bound of the size of a factor.
  static final int MAX_SIZE = 7;

  /// Bound of the product of the sizes of two factors.
  static final int MAX_SIZES = 32;

  /// 2^BIAS times p is more than any value of size MAX_SIZES is below zero.
  private static final int BIAS = 13;

  final int limbs;
  final int width;
  final BigInteger p;
  private final int bits;
  private final long mask;
  private final BigInteger radix;
  private final long[] pLimbs;
  private final long[] bias;
  private final long[] one;
  private final long[] unit;
  private final long[] radixSquared;
  private final Modulus modulus;

  /// @param radix elements are kept multiplied by this
  Field(BigInteger p, int limbs, int width, BigInteger radix) {
    this.p = p;
    this.limbs = limbs;
    this.width = width;
    this.radix = radix;
    bits = p.bitLength();
    mask = (1L << width) - 1;
    pLimbs = Limbs.of(p, limbs, width);
    bias = new long[limbs];
    for (int i = 0; i < limbs - 1; i++) {
      bias[i] = Limbs.of(p.shiftLeft(BIAS), limbs + 1, width)[i];
    }
    // The top limb takes what the others do not hold.
    bias[limbs - 1] = p.shiftLeft(BIAS).shiftRight(width * (limbs - 1)).longValueExact();
    one = Limbs.of(radix.mod(p), limbs, width);
    unit = Limbs.of(BigInteger.ONE, limbs, width);
    radixSquared = Limbs.of(radix.multiply(radix).mod(p), limbs, width);
    modulus = new Modulus(p, (bits + Modulus.WIDTH - 1) / Modulus.WIDTH);
  }

  /// `z = a * b`. `z` may be an operand.
  abstract void multiply(long[] z, long[] a, long[] b);

  /// `z = a * a`. `z` may be the operand.
  abstract void square(long[] z, long[] a);

  /// Carries: brings the size of `z`, at most [#MAX_SIZES], to 1.
  abstract void normalize(long[] z);

  final long[] zero() {
    return new long[limbs];
  }

  final void setOne(long[] z) {
    System.arraycopy(one, 0, z, 0, limbs);
  }

  final void add(long[] z, long[] a, long[] b) {
    for (int i = 0; i < limbs; i++) {
      z[i] = a[i] + b[i];
    }
  }

  final void subtract(long[] z, long[] a, long[] b) {
    for (int i = 0; i < limbs; i++) {
      z[i] = a[i] - b[i];
    }
  }

  /// Whether `a` is a multiple of p. `scratch` is overwritten.
  final boolean isZero(long[] a, long[] scratch) {
    canonical(scratch, a);
    return Limbs.isZero(scratch);
  }

  /// The representative in 0 to p - 1, in canonical limbs.
  final void canonical(long[] z, long[] a) {
    System.arraycopy(a, 0, z, 0, limbs);
    normalize(z);
    add(z, z, bias);
    carry(z);
    // The top word is little above the bits of p, and p is little below a power of two: this
    // multiple of p leaves at most a few of them.
    long multiple = z[limbs - 1] >> (bits - width * (limbs - 1));
    subtractMultiple(z, multiple);
    while (Limbs.compare(z, pLimbs) >= 0) {
      subtract(z, z, pLimbs);
      carry(z);
    }
  }

  private void carry(long[] z) {
    for (int i = 0; i < limbs - 1; i++) {
      z[i + 1] += z[i] >> width;
      z[i] &= mask;
    }
  }

  private void subtractMultiple(long[] z, long multiple) {
    int shift = (Long.SIZE - width) / 2;
    long above = 0;
    for (int i = 0; i < limbs; i++) {
      long high = multiplyHigh(multiple << shift, pLimbs[i] << shift);
      z[i] -= multiple * pLimbs[i] - (high << width) + above;
      above = high;
    }
    z[limbs - 1] -= above << width;
    carry(z);
  }

  /// The element for a number, given in canonical limbs of [Modulus#WIDTH] bits.
  final void fromInteger(long[] z, long[] integer) {
    Limbs.repack(z, width, integer, Modulus.WIDTH);
    if (!radix.equals(BigInteger.ONE)) {
      multiply(z, z, radixSquared);
    }
  }

  /// The number from 0 to p - 1 that an element stands for, in canonical limbs of [Modulus#WIDTH]
  /// bits.
  private long[] toInteger(long[] a) {
    long[] canonical = zero();
    multiply(canonical, a, unit);
    canonical(canonical, canonical);
    long[] integer = new long[modulus.limbs];
    Limbs.repack(integer, Modulus.WIDTH, canonical, width);
    return integer;
  }

  /// `z = 1 / a`, not for zero. Allocates: for setting up tables.
  final void invert(long[] z, long[] a) {
    long[] integer = toInteger(a);
    modulus.invert(integer, integer, new Modulus.Scratch(modulus));
    fromInteger(z, integer);
  }

  /// Replaces each of the `count` elements in `elements`, none of them zero, by its inverse: one
  /// inversion and three multiplications for each.
  final void invertAll(long[][] elements, int count) {
    long[][] prefix = new long[count][limbs];
    long[] product = zero();
    setOne(product);
    for (int i = 0; i < count; i++) {
      System.arraycopy(product, 0, prefix[i], 0, limbs);
      multiply(product, product, elements[i]);
    }
    invert(product, product);
    for (int i = count - 1; i >= 0; i--) {
      multiply(prefix[i], prefix[i], product);
      multiply(product, product, elements[i]);
      System.arraycopy(prefix[i], 0, elements[i], 0, limbs);
    }
  }

  /// The element for a number from 0 to p - 1.
  final long[] element(BigInteger value) {
    return Limbs.of(value.multiply(radix).mod(p), limbs, width);
  }

  /// The number that an element stands for.
  final BigInteger integer(long[] a) {
    return Limbs.value(toInteger(a), Modulus.WIDTH);
  }
}
