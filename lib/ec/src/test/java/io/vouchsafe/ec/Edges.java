package io.vouchsafe.ec;

import java.math.BigInteger;
import java.util.List;
import java.util.TreeSet;

/// Numbers that stress carries: about powers of two at the edges of words and limbs, about the
/// modulus, its half, and runs of ones.
final class Edges {
  private Edges() {}

  /// Edges from 0 to `modulus - 1`.
  static List<BigInteger> below(BigInteger modulus) {
    TreeSet<BigInteger> out = new TreeSet<>();
    int bits = modulus.bitLength();
    for (int unit : new int[] {32, 54, 56, 64, 96}) {
      for (int shift = 0; shift <= bits; shift += unit) {
        around(out, BigInteger.ONE.shiftLeft(shift));
        around(out, modulus.subtract(BigInteger.ONE.shiftLeft(shift)));
        BigInteger run = BigInteger.ONE.shiftLeft(unit).subtract(BigInteger.ONE).shiftLeft(shift);
        around(out, run);
      }
    }
    around(out, modulus);
    around(out, modulus.shiftRight(1));
    out.removeIf(value -> value.signum() < 0 || value.compareTo(modulus) >= 0);
    return List.copyOf(out);
  }

  private static void around(TreeSet<BigInteger> out, BigInteger value) {
    out.add(value.subtract(BigInteger.ONE));
    out.add(value);
    out.add(value.add(BigInteger.ONE));
  }
}
