package io.vouchsafe.ec;

/// The points 1, 3, 5, … 15 times one point, affine: what a scalar in non-adjacent form of width 5
/// asks for while the sum doubles.
final class OddMultiples {
  private static final int WINDOW = 5;
  private static final int COUNT = 1 << (WINDOW - 2);

  private final int stride;
  private final long[] entries;

  private OddMultiples(Field field) {
    stride = 2 * field.limbs;
    entries = new long[COUNT * stride];
  }

  static OddMultiples of(Field field, long[] affine) {
    int limbs = field.limbs;
    long[][] x = new long[COUNT][limbs];
    long[][] y = new long[COUNT][limbs];
    long[][] z = new long[COUNT][limbs];
    PointSum sum = new PointSum(field, false);
    sum.add(affine, 0, false);
    sum.twice();
    sum.copyJacobian(x[0], y[0], z[0]);
    field.invert(z[0], z[0]);
    long[] twice = new long[2 * limbs];
    store(field, twice, 0, x[0], y[0], z[0]);

    sum = new PointSum(field, false);
    sum.add(affine, 0, false);
    for (int i = 0; i < COUNT; i++) {
      sum.copyJacobian(x[i], y[i], z[i]);
      sum.add(twice, 0, false);
    }
    field.invertAll(z, COUNT);
    OddMultiples multiples = new OddMultiples(field);
    for (int i = 0; i < COUNT; i++) {
      store(field, multiples.entries, i * multiples.stride, x[i], y[i], z[i]);
    }
    return multiples;
  }

  /// Stores a Jacobian point, affine, into `entries`. All arguments are overwritten.
  static void store(Field field, long[] entries, int at, long[] x, long[] y, long[] inverseOfZ) {
    field.multiply(y, y, inverseOfZ);
    field.square(inverseOfZ, inverseOfZ);
    field.multiply(x, x, inverseOfZ);
    field.multiply(y, y, inverseOfZ);
    System.arraycopy(x, 0, entries, at, field.limbs);
    System.arraycopy(y, 0, entries, at + field.limbs, field.limbs);
  }

  /// The digits of canonical `scalar`, below `2^bits`: zero or odd, below 16 in magnitude, four
  /// zeros after each that is not zero.
  static byte[] digits(long[] scalar, int bits) {
    byte[] digits = new byte[bits + 1];
    int carry = 0;
    int i = 0;
    while (i <= bits) {
      if (Limbs.window(scalar, i, 1) == carry) {
        i++;
        continue;
      }
      int digit = Limbs.window(scalar, i, WINDOW) + carry;
      carry = digit >> (WINDOW - 1);
      digits[i] = (byte) (digit - (carry << WINDOW));
      i += WINDOW;
    }
    return digits;
  }

  /// Adds `digit` (or its negative) times the point to `sum`.
  void addTo(PointSum sum, int digit, boolean negative) {
    if (digit > 0) {
      sum.add(entries, (digit >> 1) * stride, negative);
    } else if (digit < 0) {
      sum.add(entries, (-digit >> 1) * stride, !negative);
    }
  }
}
