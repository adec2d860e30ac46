package io.vouchsafe.ec;

import static java.lang.Math.multiplyHigh;

import java.math.BigInteger;

/// The field of P-256, `p = 2^256 - 2^224 + 2^192 + 2^96 - 1` (FIPS 186-5, SP 800-186 §3.2.1.3):
/// five signed limbs of 54 bits, values in Montgomery form with `R = 2^270`.
///
/// `p = -1 (mod 2^96)`, so the multiple of p that clears the lowest column is that column itself:
/// Montgomery's reduction without a multiplication. That multiple is not cut to a limb, so a
/// product is below 2^262 in magnitude, not below p: R has room for that. Carrying does not make a
/// value smaller; sums of at most 8 products, carried or not, may be factors. How columns are
/// summed is said in [Field].
final class P256Field extends Field {
  private static final int WIDTH = 54;
  private static final long HALF = 1L << (WIDTH - 1);

  P256Field(BigInteger p) {
    super(p, 5, WIDTH, BigInteger.ONE.shiftLeft(5 * WIDTH));
  }

  // Unrolled on purpose: the limbs must live in registers, and the loops that the compiler unrolls
  // by itself cost a factor of three.
  @Override
  void multiply(long[] z, long[] a, long[] b) {
    long a0 = a[0];
    long a1 = a[1];
    long a2 = a[2];
    long a3 = a[3];
    long a4 = a[4];
    long x0 = a0 << 5;
    long x1 = a1 << 5;
    long x2 = a2 << 5;
    long x3 = a3 << 5;
    long x4 = a4 << 5;
    long b0 = b[0];
    long b1 = b[1];
    long b2 = b[2];
    long b3 = b[3];
    long b4 = b[4];
    long y0 = b0 << 5;
    long y1 = b1 << 5;
    long y2 = b2 << 5;
    long y3 = b3 << 5;
    long y4 = b4 << 5;
    long s0 = a0 * b0;
    long h0 = multiplyHigh(x0, y0);
    long s1 = a0 * b1 + a1 * b0;
    long h1 = multiplyHigh(x0, y1) + multiplyHigh(x1, y0);
    long s2 = a0 * b2 + a1 * b1 + a2 * b0;
    long h2 = multiplyHigh(x0, y2) + multiplyHigh(x1, y1) + multiplyHigh(x2, y0);
    long s3 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0;
    long h3 =
        multiplyHigh(x0, y3) + multiplyHigh(x1, y2) + multiplyHigh(x2, y1) + multiplyHigh(x3, y0);
    long s4 = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0;
    long h4 =
        multiplyHigh(x0, y4)
            + multiplyHigh(x1, y3)
            + multiplyHigh(x2, y2)
            + multiplyHigh(x3, y1)
            + multiplyHigh(x4, y0);
    long s5 = a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1;
    long h5 =
        multiplyHigh(x1, y4) + multiplyHigh(x2, y3) + multiplyHigh(x3, y2) + multiplyHigh(x4, y1);
    long s6 = a2 * b4 + a3 * b3 + a4 * b2;
    long h6 = multiplyHigh(x2, y4) + multiplyHigh(x3, y3) + multiplyHigh(x4, y2);
    long s7 = a3 * b4 + a4 * b3;
    long h7 = multiplyHigh(x3, y4) + multiplyHigh(x4, y3);
    long s8 = a4 * b4;
    long h8 = multiplyHigh(x4, y4);
    long m0 = s0 - (h0 << WIDTH);
    s1 += m0 << 42;
    h1 += m0 >> 12;
    s3 += m0 << 30;
    h3 += m0 >> 24;
    s4 += (m0 << 40) - (m0 << 8);
    h4 += (m0 >> 14) - (m0 >> 46);
    long m1 = s1 - (h1 << WIDTH) + h0;
    s2 += m1 << 42;
    h2 += m1 >> 12;
    s4 += m1 << 30;
    h4 += m1 >> 24;
    s5 += (m1 << 40) - (m1 << 8);
    h5 += (m1 >> 14) - (m1 >> 46);
    long m2 = s2 - (h2 << WIDTH) + h1;
    s3 += m2 << 42;
    h3 += m2 >> 12;
    s5 += m2 << 30;
    h5 += m2 >> 24;
    s6 += (m2 << 40) - (m2 << 8);
    h6 += (m2 >> 14) - (m2 >> 46);
    long m3 = s3 - (h3 << WIDTH) + h2;
    s4 += m3 << 42;
    h4 += m3 >> 12;
    s6 += m3 << 30;
    h6 += m3 >> 24;
    s7 += (m3 << 40) - (m3 << 8);
    h7 += (m3 >> 14) - (m3 >> 46);
    long m4 = s4 - (h4 << WIDTH) + h3;
    s5 += m4 << 42;
    h5 += m4 >> 12;
    s7 += m4 << 30;
    h7 += m4 >> 24;
    s8 += (m4 << 40) - (m4 << 8);
    h8 += (m4 >> 14) - (m4 >> 46);
    long r0 = s5 - (h5 << WIDTH) + h4;
    long r1 = s6 - (h6 << WIDTH) + h5;
    long r2 = s7 - (h7 << WIDTH) + h6;
    long r3 = s8 - (h8 << WIDTH) + h7;
    long t0 = (r0 + HALF) >> WIDTH;
    long t1 = (r1 + HALF) >> WIDTH;
    long t2 = (r2 + HALF) >> WIDTH;
    long t3 = (r3 + HALF) >> WIDTH;
    z[0] = r0 - (t0 << WIDTH);
    z[1] = r1 - (t1 << WIDTH) + t0;
    z[2] = r2 - (t2 << WIDTH) + t1;
    z[3] = r3 - (t3 << WIDTH) + t2;
    z[4] = h8 + t3;
  }

  @Override
  void square(long[] z, long[] a) {
    long a0 = a[0];
    long a1 = a[1];
    long a2 = a[2];
    long a3 = a[3];
    long a4 = a[4];
    long x0 = a0 << 5;
    long x1 = a1 << 5;
    long x2 = a2 << 5;
    long x3 = a3 << 5;
    long x4 = a4 << 5;
    long s0 = a0 * a0;
    long h0 = multiplyHigh(x0, x0);
    long s1 = 2 * a0 * a1;
    long h1 = 2 * multiplyHigh(x0, x1);
    long s2 = 2 * a0 * a2 + a1 * a1;
    long h2 = 2 * multiplyHigh(x0, x2) + multiplyHigh(x1, x1);
    long s3 = 2 * (a0 * a3 + a1 * a2);
    long h3 = 2 * (multiplyHigh(x0, x3) + multiplyHigh(x1, x2));
    long s4 = 2 * (a0 * a4 + a1 * a3) + a2 * a2;
    long h4 = 2 * (multiplyHigh(x0, x4) + multiplyHigh(x1, x3)) + multiplyHigh(x2, x2);
    long s5 = 2 * (a1 * a4 + a2 * a3);
    long h5 = 2 * (multiplyHigh(x1, x4) + multiplyHigh(x2, x3));
    long s6 = 2 * a2 * a4 + a3 * a3;
    long h6 = 2 * multiplyHigh(x2, x4) + multiplyHigh(x3, x3);
    long s7 = 2 * a3 * a4;
    long h7 = 2 * multiplyHigh(x3, x4);
    long s8 = a4 * a4;
    long h8 = multiplyHigh(x4, x4);
    long m0 = s0 - (h0 << WIDTH);
    s1 += m0 << 42;
    h1 += m0 >> 12;
    s3 += m0 << 30;
    h3 += m0 >> 24;
    s4 += (m0 << 40) - (m0 << 8);
    h4 += (m0 >> 14) - (m0 >> 46);
    long m1 = s1 - (h1 << WIDTH) + h0;
    s2 += m1 << 42;
    h2 += m1 >> 12;
    s4 += m1 << 30;
    h4 += m1 >> 24;
    s5 += (m1 << 40) - (m1 << 8);
    h5 += (m1 >> 14) - (m1 >> 46);
    long m2 = s2 - (h2 << WIDTH) + h1;
    s3 += m2 << 42;
    h3 += m2 >> 12;
    s5 += m2 << 30;
    h5 += m2 >> 24;
    s6 += (m2 << 40) - (m2 << 8);
    h6 += (m2 >> 14) - (m2 >> 46);
    long m3 = s3 - (h3 << WIDTH) + h2;
    s4 += m3 << 42;
    h4 += m3 >> 12;
    s6 += m3 << 30;
    h6 += m3 >> 24;
    s7 += (m3 << 40) - (m3 << 8);
    h7 += (m3 >> 14) - (m3 >> 46);
    long m4 = s4 - (h4 << WIDTH) + h3;
    s5 += m4 << 42;
    h5 += m4 >> 12;
    s7 += m4 << 30;
    h7 += m4 >> 24;
    s8 += (m4 << 40) - (m4 << 8);
    h8 += (m4 >> 14) - (m4 >> 46);
    long r0 = s5 - (h5 << WIDTH) + h4;
    long r1 = s6 - (h6 << WIDTH) + h5;
    long r2 = s7 - (h7 << WIDTH) + h6;
    long r3 = s8 - (h8 << WIDTH) + h7;
    long t0 = (r0 + HALF) >> WIDTH;
    long t1 = (r1 + HALF) >> WIDTH;
    long t2 = (r2 + HALF) >> WIDTH;
    long t3 = (r3 + HALF) >> WIDTH;
    z[0] = r0 - (t0 << WIDTH);
    z[1] = r1 - (t1 << WIDTH) + t0;
    z[2] = r2 - (t2 << WIDTH) + t1;
    z[3] = r3 - (t3 << WIDTH) + t2;
    z[4] = h8 + t3;
  }

  @Override
  void normalize(long[] z) {
    long t0 = (z[0] + HALF) >> WIDTH;
    long t1 = (z[1] + HALF) >> WIDTH;
    long t2 = (z[2] + HALF) >> WIDTH;
    long t3 = (z[3] + HALF) >> WIDTH;
    z[0] -= t0 << WIDTH;
    z[1] += t0 - (t1 << WIDTH);
    z[2] += t1 - (t2 << WIDTH);
    z[3] += t2 - (t3 << WIDTH);
    z[4] += t3;
  }
}
