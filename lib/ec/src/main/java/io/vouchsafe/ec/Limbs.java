package io.vouchsafe.ec;

import java.math.BigInteger;
import java.util.Arrays;

/// Numbers in arrays of limbs, the least significant first. Canonical limbs are not negative and
/// below `2^width`.
final class Limbs {
  private Limbs() {}

  /// Canonical limbs of a number that is not negative and fits.
  static long[] of(BigInteger value, int limbs, int width) {
    long[] out = new long[limbs];
    BigInteger mask = BigInteger.ONE.shiftLeft(width).subtract(BigInteger.ONE);
    for (int i = 0; i < limbs; i++) {
      out[i] = value.shiftRight(i * width).and(mask).longValueExact();
    }
    if (value.signum() < 0 || value.bitLength() > limbs * width) {
      throw new IllegalArgumentException("does not fit " + limbs + " limbs of " + width + " bits");
    }
    return out;
  }

  /// The number that limbs of any sign and size stand for.
  static BigInteger value(long[] limbs, int width) {
    BigInteger sum = BigInteger.ZERO;
    for (int i = limbs.length - 1; i >= 0; i--) {
      sum = sum.shiftLeft(width).add(BigInteger.valueOf(limbs[i]));
    }
    return sum;
  }

  /// Canonical limbs from `length` big-endian bytes at `offset`.
  static void fromBigEndian(long[] z, int width, byte[] bytes, int offset, int length) {
    Arrays.fill(z, 0);
    long mask = (1L << width) - 1;
    for (int i = 0; i < length; i++) {
      long value = bytes[offset + length - 1 - i] & 0xff;
      int bit = i * Byte.SIZE;
      int limb = bit / width;
      int at = bit % width;
      z[limb] |= value << at & mask;
      if (at > width - Byte.SIZE && limb + 1 < z.length) {
        z[limb + 1] |= value >>> width - at;
      }
    }
  }

  /// Canonical limbs of another width. The number must fit.
  static void repack(long[] z, int width, long[] a, int aWidth) {
    if (width == aWidth) {
      System.arraycopy(a, 0, z, 0, z.length);
      return;
    }
    long mask = (1L << width) - 1;
    for (int i = 0; i < z.length; i++) {
      int bit = i * width;
      z[i] = bits(a, aWidth, bit) & mask;
    }
  }

  /// The bits from `bit` on, at least `min(width, 64 - width)` of them; zero beyond the end.
  private static long bits(long[] a, int width, int bit) {
    int limb = bit / width;
    int at = bit % width;
    if (limb >= a.length) {
      return 0;
    }
    long low = a[limb] >>> at;
    return limb + 1 < a.length ? low | a[limb + 1] << width - at : low;
  }

  /// `count` bits (at most 8) from `bit` on, of canonical limbs of [Modulus#WIDTH] bits.
  static int window(long[] a, int bit, int count) {
    return (int) bits(a, Modulus.WIDTH, bit) & ((1 << count) - 1);
  }

  static boolean isZero(long[] a) {
    long or = 0;
    for (long limb : a) {
      or |= limb;
    }
    return or == 0;
  }

  /// Compares canonical limbs; `a` may be longer than `b`, what is beyond is not looked at.
  static int compare(long[] a, long[] b) {
    for (int i = b.length - 1; i >= 0; i--) {
      if (a[i] != b[i]) {
        return a[i] < b[i] ? -1 : 1;
      }
    }
    return 0;
  }
}
