package io.vouchsafe.ec;

import static java.lang.Math.multiplyHigh;

import java.math.BigInteger;

/// Arithmetic modulo an odd prime on limbs of 56 bits: Montgomery multiplication with `R = 2^(56 *
/// limbs)` and inversion by division steps (Bernstein and Yang, "Fast constant-time gcd computation
/// and modular inversion", 2019), the latter in variable time.
final class Modulus {
  static final int WIDTH = 56;
  static final long MASK = (1L << WIDTH) - 1;

  /// `(a << SHIFT) * (b << SHIFT)` has `floor(a * b / 2^56)` as its high word.
  private static final int SHIFT = (Long.SIZE - WIDTH) / 2;

  private static final int WORD_UNUSED = Long.SIZE - WIDTH;

  /// Bits that one step may cancel: `f * (2 - f^2)` is the inverse of an odd f modulo 2^6.
  private static final int CANCELLED = 6;

  private static final String NO_INVERSE = "no inverse: the modulus is no prime or the value is 0";

  final int limbs;
  private final long[] m;
  private final long inverse;
  private final long[] rSquared;
  private final long[] unit;
  private final int maxBatches;

  /// Room for the operations, so that they allocate nothing. Not to be shared between threads.
  static final class Scratch {
    private final long[] t;
    private final long[] f;
    private final long[] g;
    private final long[] d;
    private final long[] e;
    private final long[] matrix = new long[4];

    Scratch(Modulus modulus) {
      t = new long[modulus.limbs + 1];
      f = new long[modulus.limbs];
      g = new long[modulus.limbs];
      d = new long[modulus.limbs];
      e = new long[modulus.limbs];
    }
  }

  Modulus(BigInteger value, int limbs) {
    this.limbs = limbs;
    BigInteger r = BigInteger.ONE.shiftLeft(WIDTH * limbs);
    m = Limbs.of(value, limbs, WIDTH);
    inverse = value.modInverse(BigInteger.ONE.shiftLeft(WIDTH)).longValueExact();
    rSquared = Limbs.of(r.multiply(r).mod(value), limbs, WIDTH);
    unit = Limbs.of(BigInteger.ONE, limbs, WIDTH);
    // Theorem 11.2 of the paper: (49 d + 57) / 17 steps suffice for d bits, d >= 46.
    int steps = (49 * value.bitLength() + 57) / 17;
    maxBatches = (steps + WIDTH - 1) / WIDTH;
  }

  /// Whether canonical `a` is below the modulus.
  boolean exceeds(long[] a) {
    return Limbs.compare(a, m) < 0;
  }

  /// Whether canonical `a`, below the modulus, is above its half.
  boolean inUpperHalf(long[] a, Scratch scratch) {
    negate(scratch.f, a);
    return Limbs.compare(a, scratch.f) > 0;
  }

  /// `z = modulus - a` for canonical `a`, not zero.
  void negate(long[] z, long[] a) {
    long carry = 0;
    for (int i = 0; i < limbs; i++) {
      long limb = m[i] - a[i] + carry;
      z[i] = limb & MASK;
      carry = limb >> WIDTH;
    }
  }

  /// `z = a * b / R`, canonical. Limbs of `a` and `b` are signed and below 2^58 in magnitude, and
  /// `|a * b|` is below `R * modulus`. `z` may be an operand.
  void multiply(long[] z, long[] a, long[] b, Scratch scratch) {
    long[] t = scratch.t;
    for (int i = 0; i <= limbs; i++) {
      t[i] = 0;
    }
    for (int i = 0; i < limbs; i++) {
      addProduct(t, a[i], b);
      addProduct(t, -(t[0] * inverse) & MASK, m);
      t[1] += t[0] >> WIDTH;
      for (int j = 0; j < limbs; j++) {
        t[j] = t[j + 1];
      }
      t[limbs] = 0;
    }
    carry(t);
    if (t[limbs - 1] < 0) {
      for (int i = 0; i < limbs; i++) {
        t[i] += m[i];
      }
      carry(t);
    }
    while (Limbs.compare(t, m) >= 0) {
      for (int i = 0; i < limbs; i++) {
        t[i] -= m[i];
      }
      carry(t);
    }
    System.arraycopy(t, 0, z, 0, limbs);
  }

  private static void addProduct(long[] t, long a, long[] b) {
    long shifted = a << SHIFT;
    long above = 0;
    for (int j = 0; j < b.length; j++) {
      long high = multiplyHigh(shifted, b[j] << SHIFT);
      t[j] += a * b[j] - (high << WIDTH) + above;
      above = high;
    }
    t[b.length] += above;
  }

  private void carry(long[] t) {
    for (int i = 0; i < limbs - 1; i++) {
      t[i + 1] += t[i] >> WIDTH;
      t[i] &= MASK;
    }
  }

  /// `z = R / a` for canonical `a`, not zero: the inverse in Montgomery form.
  void invertToMontgomery(long[] z, long[] a, Scratch scratch) {
    long[] f = scratch.f;
    long[] g = scratch.g;
    long[] d = scratch.d;
    long[] e = scratch.e;
    for (int i = 0; i < limbs; i++) {
      f[i] = m[i];
      g[i] = a[i];
      d[i] = 0;
      e[i] = unit[i];
    }
    long eta = -1;
    int batches = 0;
    while (!Limbs.isZero(g)) {
      if (++batches > maxBatches) {
        throw new IllegalStateException(NO_INVERSE);
      }
      eta = divisionSteps(eta, f[0], g[0], scratch.matrix);
      long u = scratch.matrix[0];
      long v = scratch.matrix[1];
      long q = scratch.matrix[2];
      long r = scratch.matrix[3];
      transform(f, g, u, v, q, r);
      transformModulo(d, e, u, v, q, r);
    }
    // f is 1 or -1 and f = d * a. |d| has grown by half a modulus in each batch, no more.
    if (f[limbs - 1] < 0) {
      for (int i = 0; i < limbs; i++) {
        d[i] = -d[i];
        f[i] = -f[i];
      }
      carry(f);
    }
    if (Limbs.compare(f, unit) != 0) {
      throw new IllegalStateException(NO_INVERSE);
    }
    multiply(z, d, rSquared, scratch);
  }

  /// `z = 1 / a` for canonical `a`, not zero.
  void invert(long[] z, long[] a, Scratch scratch) {
    invertToMontgomery(z, a, scratch);
    multiply(z, z, unit, scratch);
  }

  /// 56 division steps on the low words of f (odd) and g; their product, scaled by 2^56, goes to
  /// `matrix`. Returns the new eta, which is minus the paper's delta.
  private static long divisionSteps(long startEta, long startF, long startG, long[] matrix) {
    long eta = startEta;
    long f = startF;
    long g = startG;
    long u = 1;
    long v = 0;
    long q = 0;
    long r = 1;
    int left = WIDTH;
    while (true) {
      int zeros = Long.numberOfTrailingZeros(g | (-1L << left));
      g >>= zeros;
      u <<= zeros;
      v <<= zeros;
      eta -= zeros;
      left -= zeros;
      if (left == 0) {
        break;
      }
      if (eta < 0) {
        eta = -eta;
        long swap = f;
        f = g;
        g = -swap;
        swap = u;
        u = q;
        q = -swap;
        swap = v;
        v = r;
        r = -swap;
      }
      // The next eta + 1 steps do not swap: one multiple of f cancels as many low bits of g.
      int count = (int) Math.min(Math.min(eta + 1, left), CANCELLED);
      long w = (f * g * (f * f - 2)) & ((1L << count) - 1);
      g += f * w;
      q += u * w;
      r += v * w;
    }
    matrix[0] = u;
    matrix[1] = v;
    matrix[2] = q;
    matrix[3] = r;
    return eta;
  }

  /// `(f, g) = (u f + v g, q f + r g) / 2^56`, exact.
  private static void transform(long[] f, long[] g, long u, long v, long q, long r) {
    long aboveF = 0;
    long aboveG = 0;
    int last = f.length - 1;
    for (int i = 0; i <= last; i++) {
      long shiftedF = f[i] << SHIFT;
      long shiftedG = g[i] << SHIFT;
      long highF = multiplyHigh(u << SHIFT, shiftedF) + multiplyHigh(v << SHIFT, shiftedG);
      long highG = multiplyHigh(q << SHIFT, shiftedF) + multiplyHigh(r << SHIFT, shiftedG);
      long sumF = u * f[i] + v * g[i] - (highF << WIDTH) + aboveF;
      long sumG = q * f[i] + r * g[i] - (highG << WIDTH) + aboveG;
      if (i > 0) {
        f[i - 1] = sumF & MASK;
        g[i - 1] = sumG & MASK;
      }
      aboveF = highF + (sumF >> WIDTH);
      aboveG = highG + (sumG >> WIDTH);
    }
    f[last] = aboveF;
    g[last] = aboveG;
  }

  /// `(d, e) = (u d + v e, q d + r e) / 2^56` modulo the modulus.
  private void transformModulo(long[] d, long[] e, long u, long v, long q, long r) {
    long multipleD = signed(-(u * d[0] + v * e[0]) * inverse);
    long multipleE = signed(-(q * d[0] + r * e[0]) * inverse);
    long aboveD = 0;
    long aboveE = 0;
    for (int i = 0; i < limbs; i++) {
      long shiftedD = d[i] << SHIFT;
      long shiftedE = e[i] << SHIFT;
      long shiftedM = m[i] << SHIFT;
      long highD =
          multiplyHigh(u << SHIFT, shiftedD)
              + multiplyHigh(v << SHIFT, shiftedE)
              + multiplyHigh(multipleD << SHIFT, shiftedM);
      long highE =
          multiplyHigh(q << SHIFT, shiftedD)
              + multiplyHigh(r << SHIFT, shiftedE)
              + multiplyHigh(multipleE << SHIFT, shiftedM);
      long sumD = u * d[i] + v * e[i] + multipleD * m[i] - (highD << WIDTH) + aboveD;
      long sumE = q * d[i] + r * e[i] + multipleE * m[i] - (highE << WIDTH) + aboveE;
      if (i > 0) {
        d[i - 1] = sumD & MASK;
        e[i - 1] = sumE & MASK;
      }
      aboveD = highD + (sumD >> WIDTH);
      aboveE = highE + (sumE >> WIDTH);
    }
    d[limbs - 1] = aboveD;
    e[limbs - 1] = aboveE;
  }

  private static long signed(long value) {
    return value << WORD_UNUSED >> WORD_UNUSED;
  }
}
