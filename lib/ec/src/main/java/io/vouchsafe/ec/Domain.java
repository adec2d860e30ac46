package io.vouchsafe.ec;

import java.math.BigInteger;

/// The parameters of a curve with `a = -3` (SP 800-186 §3.2.1) and what is computed from them.
final class Domain {
  static final Domain P256 =
      new Domain(
          new P256Field(number("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff")),
          number("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"),
          number("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
          number("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
          number("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"));

  static final Domain P384 =
      new Domain(
          new P384Field(
              number(
                  "ffffffffffffffffffffffffffffffffffffffffffffffff"
                      + "fffffffffffffffeffffffff0000000000000000ffffffff")),
          number(
              "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe814112"
                  + "0314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef"),
          number(
              "ffffffffffffffffffffffffffffffffffffffffffffffff"
                  + "c7634d81f4372ddf581a0db248b0a77aecec196accc52973"),
          number(
              "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b98"
                  + "59f741e082542a385502f25dbf55296c3a545e3872760ab7"),
          number(
              "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147c"
                  + "e9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f"));

  /// Window of the tables. A key's takes 320 KiB (P-256) or 672 KiB (P-384); 9 would save one
  /// addition in ten and take twice the memory, and miss the second-level cache.
  static final int WINDOW = 8;

  /// The use of a key that builds its table: building costs what some 20 to 30 uses without it cost
  /// more than with it.
  static final int KEY_TABLE_AFTER = 24;

  /// As [#KEY_TABLE_AFTER] for the generator, which every key uses.
  static final int GENERATOR_TABLE_AFTER = 12;

  final Field field;
  final BigInteger b;
  final BigInteger n;
  final BigInteger generatorX;
  final BigInteger generatorY;
  final Modulus order;
  final FixedPoint generator;
  private final long[] nLimbs;
  private final long[] pMinusN;

  private Domain(
      Field field, BigInteger b, BigInteger n, BigInteger generatorX, BigInteger generatorY) {
    this.field = field;
    this.b = b;
    this.n = n;
    this.generatorX = generatorX;
    this.generatorY = generatorY;
    int limbs = (n.bitLength() + Modulus.WIDTH - 1) / Modulus.WIDTH;
    order = new Modulus(n, limbs);
    nLimbs = Limbs.of(n, limbs, Modulus.WIDTH);
    pMinusN = Limbs.of(field.p.subtract(n), limbs, Modulus.WIDTH);
    generator = point(generatorX, generatorY, GENERATOR_TABLE_AFTER);
  }

  private static BigInteger number(String hex) {
    return new BigInteger(hex, 16);
  }

  /// Whether the coordinates are in range and satisfy the curve's equation.
  boolean contains(BigInteger x, BigInteger y) {
    BigInteger p = field.p;
    if (x.signum() < 0 || y.signum() < 0 || x.compareTo(p) >= 0 || y.compareTo(p) >= 0) {
      return false;
    }
    BigInteger right = x.multiply(x).subtract(BigInteger.valueOf(3)).multiply(x).add(b);
    return y.multiply(y).subtract(right).mod(p).signum() == 0;
  }

  /// A point of which [#contains] was asked.
  FixedPoint point(BigInteger x, BigInteger y, int tableAfter) {
    long[] affine = new long[2 * field.limbs];
    System.arraycopy(field.element(x), 0, affine, 0, field.limbs);
    System.arraycopy(field.element(y), 0, affine, field.limbs, field.limbs);
    return new FixedPoint(field, n.bitLength(), affine, WINDOW, tableAfter);
  }

  /// Adds n to canonical `r`, if the sum is still the x coordinate of something: below p.
  boolean addOrder(long[] r) {
    if (Limbs.compare(r, pMinusN) >= 0) {
      return false;
    }
    long carry = 0;
    for (int i = 0; i < r.length; i++) {
      long limb = r[i] + nLimbs[i] + carry;
      r[i] = limb & Modulus.MASK;
      carry = limb >> Modulus.WIDTH;
    }
    return true;
  }
}
