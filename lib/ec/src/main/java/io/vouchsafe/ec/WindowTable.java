package io.vouchsafe.ec;

/// All that a scalar may ask of one point: `i * 2^(window * j)` times the point for every position
/// `j` and `i` from 1 to `2^(window - 1)`, affine. A multiplication is one addition per position
/// and no doubling.
final class WindowTable {
  private final int window;
  private final int windows;
  private final int half;
  private final int stride;
  private final long[] entries;

  private WindowTable(Field field, int bits, int window) {
    this.window = window;
    windows = (bits + window - 1) / window;
    half = 1 << (window - 1);
    stride = 2 * field.limbs;
    entries = new long[windows * half * stride];
  }

  /// @param affine x and y of the point
  /// @param bits of the scalars; they must be below `2^(bits - 1)`
  static WindowTable of(Field field, long[] affine, int bits, int window) {
    WindowTable table = new WindowTable(field, bits, window);
    table.fillBases(field, affine);
    for (int known = 1; known < table.half; known *= 2) {
      table.doubleKnown(field, known);
    }
    return table;
  }

  /// Bytes that a table takes.
  static long size(Field field, int bits, int window) {
    long entries = (long) ((bits + window - 1) / window) << (window - 1);
    return entries * 2 * field.limbs * Long.BYTES;
  }

  private int at(int position, int multiple) {
    return (position * half + multiple - 1) * stride;
  }

  private void fillBases(Field field, long[] affine) {
    PointSum sum = new PointSum(field, false);
    sum.add(affine, 0, false);
    long[][] x = new long[windows][field.limbs];
    long[][] y = new long[windows][field.limbs];
    long[][] z = new long[windows][field.limbs];
    for (int j = 0; j < windows; j++) {
      sum.copyJacobian(x[j], y[j], z[j]);
      for (int i = 0; i < window; i++) {
        sum.twice();
      }
    }
    field.invertAll(z, windows);
    for (int j = 0; j < windows; j++) {
      OddMultiples.store(field, entries, at(j, 1), x[j], y[j], z[j]);
    }
  }

  /// From the multiples 1 to `known` at each position those up to twice as many, by affine
  /// additions that share one inversion. The sums are never exceptional: the multiples differ and
  /// are far below the order.
  private void doubleKnown(Field field, int known) {
    int limbs = field.limbs;
    long[][] inverses = new long[windows * known][limbs];
    for (int j = 0; j < windows; j++) {
      int last = at(j, known);
      for (int i = 1; i <= known; i++) {
        long[] divisor = inverses[j * known + i - 1];
        int other = at(j, i);
        for (int k = 0; k < limbs; k++) {
          divisor[k] =
              i == known ? 2 * entries[last + limbs + k] : entries[last + k] - entries[other + k];
        }
      }
    }
    field.invertAll(inverses, inverses.length);
    AffineAdder adder = new AffineAdder(field);
    for (int j = 0; j < windows; j++) {
      for (int i = 1; i <= known; i++) {
        long[] inverse = inverses[j * known + i - 1];
        adder.add(entries, at(j, known), at(j, i), inverse, at(j, known + i));
      }
    }
  }

  /// One affine addition, given the inverse of the slope's divisor.
  private static final class AffineAdder {
    private final Field field;
    private final long[] x1;
    private final long[] y1;
    private final long[] x2;
    private final long[] slope;
    private final long[] t;

    AffineAdder(Field field) {
      this.field = field;
      x1 = field.zero();
      y1 = field.zero();
      x2 = field.zero();
      slope = field.zero();
      t = field.zero();
    }

    void add(long[] points, int first, int second, long[] inverse, int target) {
      int limbs = field.limbs;
      System.arraycopy(points, first, x1, 0, limbs);
      System.arraycopy(points, first + limbs, y1, 0, limbs);
      System.arraycopy(points, second, x2, 0, limbs);
      if (first == second) {
        // 3 (x - 1) (x + 1), as a = -3
        field.setOne(t);
        field.subtract(slope, x1, t);
        field.add(t, x1, t);
        field.multiply(slope, slope, t);
        for (int k = 0; k < limbs; k++) {
          slope[k] *= 3;
        }
      } else {
        for (int k = 0; k < limbs; k++) {
          slope[k] = y1[k] - points[second + limbs + k];
        }
      }
      field.multiply(slope, slope, inverse);
      field.square(t, slope);
      for (int k = 0; k < limbs; k++) {
        t[k] -= x1[k] + x2[k];
      }
      field.normalize(t);
      System.arraycopy(t, 0, points, target, limbs);
      field.subtract(t, x1, t);
      field.multiply(t, t, slope);
      field.subtract(t, t, y1);
      field.normalize(t);
      System.arraycopy(t, 0, points, target + limbs, limbs);
    }
  }

  /// Adds `scalar` (or its negative) times the point to `sum`.
  void addTo(PointSum sum, long[] scalar, boolean negative) {
    int carry = 0;
    for (int j = 0; j < windows; j++) {
      int digit = Limbs.window(scalar, j * window, window) + carry;
      carry = 0;
      if (digit > half) {
        digit -= 2 * half;
        carry = 1;
      }
      if (digit > 0) {
        sum.add(entries, at(j, digit), negative);
      } else if (digit < 0) {
        sum.add(entries, at(j, -digit), !negative);
      }
    }
  }
}
