package io.vouchsafe.ec;

/// A sum of points that grows by one point after the other, on a curve with `a = -3`, with room for
/// all that the additions need. Not to be shared between threads.
///
/// Two forms, one after the other. While doubling: Jacobian, `x = X / Z^2`, `y = Y / Z^3`. From
/// [#endDoubling] on: `x = X / ZZ`, `y = Y / ZZZ` with `ZZ^3 = ZZZ^2`, where adding an affine point
/// costs least. Formulas: dbl-2001-b, madd-2008-s of the Explicit-Formulas Database.
///
/// The formulas fail for adding a point to itself or to its negative. Unless `complete`, additions
/// do not look: then Z (ZZ) becomes zero and stays zero, so that one look at the end suffices, see
/// [#isDegenerate]. With `complete` each addition looks, and is right always.
final class PointSum {
  private final Field field;
  private final boolean complete;
  private boolean infinite = true;
  private boolean doubling = true;

  private final long[] x;
  private final long[] y;
  private final long[] z;
  private final long[] zz;
  private final long[] zzz;

  // The affine point to be added.
  private final long[] px;
  private final long[] py;

  private final long[] t0;
  private final long[] t1;
  private final long[] t2;
  private final long[] t3;

  PointSum(Field field, boolean complete) {
    this.field = field;
    this.complete = complete;
    x = field.zero();
    y = field.zero();
    z = field.zero();
    zz = field.zero();
    zzz = field.zero();
    px = field.zero();
    py = field.zero();
    t0 = field.zero();
    t1 = field.zero();
    t2 = field.zero();
    t3 = field.zero();
  }

  /// Adds the affine point whose x and y stand in `points` from `at` on, or its negative.
  void add(long[] points, int at, boolean negative) {
    int limbs = field.limbs;
    System.arraycopy(points, at, px, 0, limbs);
    for (int i = 0; i < limbs; i++) {
      long limb = points[at + limbs + i];
      py[i] = negative ? -limb : limb;
    }
    if (infinite) {
      setToAddend();
    } else if (doubling) {
      field.square(zz, z);
      field.multiply(zzz, zz, z);
      addFinite();
    } else {
      addFinite();
    }
  }

  private void setToAddend() {
    System.arraycopy(px, 0, x, 0, field.limbs);
    System.arraycopy(py, 0, y, 0, field.limbs);
    field.setOne(z);
    field.setOne(zz);
    field.setOne(zzz);
    infinite = false;
  }

  // Sizes: x is at most 4 and y at most 2, before and after.
  private void addFinite() {
    field.multiply(px, px, zz);
    field.subtract(px, px, x);
    field.multiply(py, py, zzz);
    field.subtract(py, py, y);
    long[] p = px;
    long[] r = py;
    if (complete && field.isZero(p, t0)) {
      addToSameX(r);
      return;
    }
    field.square(t0, p);
    field.multiply(t1, t0, p);
    field.multiply(t2, x, t0);
    field.square(t3, r);
    for (int i = 0; i < field.limbs; i++) {
      long limb = t3[i] - t1[i] - 2 * t2[i];
      x[i] = limb;
      t2[i] -= limb;
    }
    field.multiply(t2, t2, r);
    field.multiply(t3, y, t1);
    field.subtract(y, t2, t3);
    if (doubling) {
      field.multiply(z, z, p);
    } else {
      field.multiply(zz, zz, t0);
      field.multiply(zzz, zzz, t1);
    }
  }

  private void addToSameX(long[] r) {
    if (!field.isZero(r, t0)) {
      infinite = true;
      return;
    }
    // The addend equals the sum. Doubling wants a Z: ZZZ / ZZ.
    if (!doubling) {
      field.invert(z, zz);
      field.multiply(z, z, zzz);
    }
    twice();
    if (!doubling) {
      toQuotients();
    }
  }

  /// Doubles the sum. Only before [#endDoubling].
  void twice() {
    if (infinite) {
      return;
    }
    field.square(t0, z);
    field.square(t1, y);
    field.multiply(t2, x, t1);
    field.add(t3, x, t0);
    field.subtract(x, x, t0);
    field.multiply(t3, t3, x);
    for (int i = 0; i < field.limbs; i++) {
      t3[i] *= 3;
    }
    field.add(z, z, y);
    field.square(z, z);
    field.square(x, t3);
    for (int i = 0; i < field.limbs; i++) {
      z[i] -= t1[i] + t0[i];
      x[i] -= 8 * t2[i];
    }
    field.normalize(x);
    for (int i = 0; i < field.limbs; i++) {
      t2[i] = 4 * t2[i] - x[i];
    }
    field.multiply(y, t3, t2);
    field.square(t1, t1);
    for (int i = 0; i < field.limbs; i++) {
      y[i] -= 8 * t1[i];
    }
    field.normalize(y);
  }

  /// From here on only additions.
  void endDoubling() {
    doubling = false;
    if (!infinite) {
      toQuotients();
    }
  }

  private void toQuotients() {
    field.square(zz, z);
    field.multiply(zzz, zz, z);
  }

  boolean isInfinite() {
    return infinite;
  }

  /// Whether the sum may be wrong: it is infinite or an addition met its exception. After
  /// [#endDoubling].
  boolean isDegenerate() {
    return infinite || field.isZero(zz, t0);
  }

  /// Whether the x coordinate of a finite sum is `candidate`, without an inversion. After
  /// [#endDoubling].
  boolean hasX(long[] candidate) {
    field.multiply(t1, candidate, zz);
    field.subtract(t1, t1, x);
    return field.isZero(t1, t0);
  }

  /// Copies the coordinates of a finite sum while doubling.
  void copyJacobian(long[] toX, long[] toY, long[] toZ) {
    System.arraycopy(x, 0, toX, 0, field.limbs);
    System.arraycopy(y, 0, toY, 0, field.limbs);
    System.arraycopy(z, 0, toZ, 0, field.limbs);
  }
}
