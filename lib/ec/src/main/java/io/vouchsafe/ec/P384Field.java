package io.vouchsafe.ec;

import static java.lang.Math.multiplyHigh;

import java.math.BigInteger;

/// The field of P-384, `p = 2^384 - 2^128 - 2^96 + 2^32 - 1` (FIPS 186-5, SP 800-186 §3.2.1.4):
/// seven signed limbs of 56 bits.
///
/// Reduction folds what stands above 2^392 with `2^392 = 2^136 + 2^104 - 2^40 + 2^8 (mod p)`, from
/// the top column down. How columns are summed is said in [Field].
final class P384Field extends Field {
  private static final int WIDTH = 56;
  private static final long HALF = 1L << (WIDTH - 1);

  P384Field(BigInteger p) {
    super(p, 7, WIDTH, BigInteger.ONE);
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
    long a5 = a[5];
    long a6 = a[6];
    long x0 = a0 << 4;
    long x1 = a1 << 4;
    long x2 = a2 << 4;
    long x3 = a3 << 4;
    long x4 = a4 << 4;
    long x5 = a5 << 4;
    long x6 = a6 << 4;
    long b0 = b[0];
    long b1 = b[1];
    long b2 = b[2];
    long b3 = b[3];
    long b4 = b[4];
    long b5 = b[5];
    long b6 = b[6];
    long y0 = b0 << 4;
    long y1 = b1 << 4;
    long y2 = b2 << 4;
    long y3 = b3 << 4;
    long y4 = b4 << 4;
    long y5 = b5 << 4;
    long y6 = b6 << 4;
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
    long s5 = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0;
    long h5 =
        multiplyHigh(x0, y5)
            + multiplyHigh(x1, y4)
            + multiplyHigh(x2, y3)
            + multiplyHigh(x3, y2)
            + multiplyHigh(x4, y1)
            + multiplyHigh(x5, y0);
    long s6 = a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0;
    long h6 =
        multiplyHigh(x0, y6)
            + multiplyHigh(x1, y5)
            + multiplyHigh(x2, y4)
            + multiplyHigh(x3, y3)
            + multiplyHigh(x4, y2)
            + multiplyHigh(x5, y1)
            + multiplyHigh(x6, y0);
    long s7 = a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1;
    long h7 =
        multiplyHigh(x1, y6)
            + multiplyHigh(x2, y5)
            + multiplyHigh(x3, y4)
            + multiplyHigh(x4, y3)
            + multiplyHigh(x5, y2)
            + multiplyHigh(x6, y1);
    long s8 = a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2;
    long h8 =
        multiplyHigh(x2, y6)
            + multiplyHigh(x3, y5)
            + multiplyHigh(x4, y4)
            + multiplyHigh(x5, y3)
            + multiplyHigh(x6, y2);
    long s9 = a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3;
    long h9 =
        multiplyHigh(x3, y6) + multiplyHigh(x4, y5) + multiplyHigh(x5, y4) + multiplyHigh(x6, y3);
    long s10 = a4 * b6 + a5 * b5 + a6 * b4;
    long h10 = multiplyHigh(x4, y6) + multiplyHigh(x5, y5) + multiplyHigh(x6, y4);
    long s11 = a5 * b6 + a6 * b5;
    long h11 = multiplyHigh(x5, y6) + multiplyHigh(x6, y5);
    long s12 = a6 * b6;
    long h12 = multiplyHigh(x6, y6);
    long v13 = h12;
    s6 += (v13 << 8) - (v13 << 40);
    h6 += (v13 >> 48) - (v13 >> 16);
    s7 += v13 << 48;
    h7 += v13 >> 8;
    s8 += v13 << 24;
    h8 += v13 >> 32;
    long v12 = s12 - (h12 << WIDTH) + h11;
    s5 += (v12 << 8) - (v12 << 40);
    h5 += (v12 >> 48) - (v12 >> 16);
    s6 += v12 << 48;
    h6 += v12 >> 8;
    s7 += v12 << 24;
    h7 += v12 >> 32;
    long v11 = s11 - (h11 << WIDTH) + h10;
    s4 += (v11 << 8) - (v11 << 40);
    h4 += (v11 >> 48) - (v11 >> 16);
    s5 += v11 << 48;
    h5 += v11 >> 8;
    s6 += v11 << 24;
    h6 += v11 >> 32;
    long v10 = s10 - (h10 << WIDTH) + h9;
    s3 += (v10 << 8) - (v10 << 40);
    h3 += (v10 >> 48) - (v10 >> 16);
    s4 += v10 << 48;
    h4 += v10 >> 8;
    s5 += v10 << 24;
    h5 += v10 >> 32;
    long v9 = s9 - (h9 << WIDTH) + h8;
    s2 += (v9 << 8) - (v9 << 40);
    h2 += (v9 >> 48) - (v9 >> 16);
    s3 += v9 << 48;
    h3 += v9 >> 8;
    s4 += v9 << 24;
    h4 += v9 >> 32;
    long v8 = s8 - (h8 << WIDTH) + h7;
    s1 += (v8 << 8) - (v8 << 40);
    h1 += (v8 >> 48) - (v8 >> 16);
    s2 += v8 << 48;
    h2 += v8 >> 8;
    s3 += v8 << 24;
    h3 += v8 >> 32;
    long v7 = s7 - (h7 << WIDTH) + h6;
    s0 += (v7 << 8) - (v7 << 40);
    h0 += (v7 >> 48) - (v7 >> 16);
    s1 += v7 << 48;
    h1 += v7 >> 8;
    s2 += v7 << 24;
    h2 += v7 >> 32;
    long r0 = s0 - (h0 << WIDTH);
    long r1 = s1 - (h1 << WIDTH) + h0;
    long r2 = s2 - (h2 << WIDTH) + h1;
    long r3 = s3 - (h3 << WIDTH) + h2;
    long r4 = s4 - (h4 << WIDTH) + h3;
    long r5 = s5 - (h5 << WIDTH) + h4;
    long r6 = s6 - (h6 << WIDTH) + h5;
    long t0 = (r0 + HALF) >> WIDTH;
    long t1 = (r1 + HALF) >> WIDTH;
    long t2 = (r2 + HALF) >> WIDTH;
    long t3 = (r3 + HALF) >> WIDTH;
    long t4 = (r4 + HALF) >> WIDTH;
    long t5 = (r5 + HALF) >> WIDTH;
    long t6 = (r6 + HALF) >> WIDTH;
    z[0] = r0 - (t0 << WIDTH) + (t6 << 8) - (t6 << 40);
    z[1] = r1 - (t1 << WIDTH) + t0 + (t6 << 48);
    z[2] = r2 - (t2 << WIDTH) + t1 + (t6 << 24);
    z[3] = r3 - (t3 << WIDTH) + t2;
    z[4] = r4 - (t4 << WIDTH) + t3;
    z[5] = r5 - (t5 << WIDTH) + t4;
    z[6] = r6 - (t6 << WIDTH) + t5;
  }

  @Override
  void square(long[] z, long[] a) {
    long a0 = a[0];
    long a1 = a[1];
    long a2 = a[2];
    long a3 = a[3];
    long a4 = a[4];
    long a5 = a[5];
    long a6 = a[6];
    long x0 = a0 << 4;
    long x1 = a1 << 4;
    long x2 = a2 << 4;
    long x3 = a3 << 4;
    long x4 = a4 << 4;
    long x5 = a5 << 4;
    long x6 = a6 << 4;
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
    long s5 = 2 * (a0 * a5 + a1 * a4 + a2 * a3);
    long h5 = 2 * (multiplyHigh(x0, x5) + multiplyHigh(x1, x4) + multiplyHigh(x2, x3));
    long s6 = 2 * (a0 * a6 + a1 * a5 + a2 * a4) + a3 * a3;
    long h6 =
        2 * (multiplyHigh(x0, x6) + multiplyHigh(x1, x5) + multiplyHigh(x2, x4))
            + multiplyHigh(x3, x3);
    long s7 = 2 * (a1 * a6 + a2 * a5 + a3 * a4);
    long h7 = 2 * (multiplyHigh(x1, x6) + multiplyHigh(x2, x5) + multiplyHigh(x3, x4));
    long s8 = 2 * (a2 * a6 + a3 * a5) + a4 * a4;
    long h8 = 2 * (multiplyHigh(x2, x6) + multiplyHigh(x3, x5)) + multiplyHigh(x4, x4);
    long s9 = 2 * (a3 * a6 + a4 * a5);
    long h9 = 2 * (multiplyHigh(x3, x6) + multiplyHigh(x4, x5));
    long s10 = 2 * a4 * a6 + a5 * a5;
    long h10 = 2 * multiplyHigh(x4, x6) + multiplyHigh(x5, x5);
    long s11 = 2 * a5 * a6;
    long h11 = 2 * multiplyHigh(x5, x6);
    long s12 = a6 * a6;
    long h12 = multiplyHigh(x6, x6);
    long v13 = h12;
    s6 += (v13 << 8) - (v13 << 40);
    h6 += (v13 >> 48) - (v13 >> 16);
    s7 += v13 << 48;
    h7 += v13 >> 8;
    s8 += v13 << 24;
    h8 += v13 >> 32;
    long v12 = s12 - (h12 << WIDTH) + h11;
    s5 += (v12 << 8) - (v12 << 40);
    h5 += (v12 >> 48) - (v12 >> 16);
    s6 += v12 << 48;
    h6 += v12 >> 8;
    s7 += v12 << 24;
    h7 += v12 >> 32;
    long v11 = s11 - (h11 << WIDTH) + h10;
    s4 += (v11 << 8) - (v11 << 40);
    h4 += (v11 >> 48) - (v11 >> 16);
    s5 += v11 << 48;
    h5 += v11 >> 8;
    s6 += v11 << 24;
    h6 += v11 >> 32;
    long v10 = s10 - (h10 << WIDTH) + h9;
    s3 += (v10 << 8) - (v10 << 40);
    h3 += (v10 >> 48) - (v10 >> 16);
    s4 += v10 << 48;
    h4 += v10 >> 8;
    s5 += v10 << 24;
    h5 += v10 >> 32;
    long v9 = s9 - (h9 << WIDTH) + h8;
    s2 += (v9 << 8) - (v9 << 40);
    h2 += (v9 >> 48) - (v9 >> 16);
    s3 += v9 << 48;
    h3 += v9 >> 8;
    s4 += v9 << 24;
    h4 += v9 >> 32;
    long v8 = s8 - (h8 << WIDTH) + h7;
    s1 += (v8 << 8) - (v8 << 40);
    h1 += (v8 >> 48) - (v8 >> 16);
    s2 += v8 << 48;
    h2 += v8 >> 8;
    s3 += v8 << 24;
    h3 += v8 >> 32;
    long v7 = s7 - (h7 << WIDTH) + h6;
    s0 += (v7 << 8) - (v7 << 40);
    h0 += (v7 >> 48) - (v7 >> 16);
    s1 += v7 << 48;
    h1 += v7 >> 8;
    s2 += v7 << 24;
    h2 += v7 >> 32;
    long r0 = s0 - (h0 << WIDTH);
    long r1 = s1 - (h1 << WIDTH) + h0;
    long r2 = s2 - (h2 << WIDTH) + h1;
    long r3 = s3 - (h3 << WIDTH) + h2;
    long r4 = s4 - (h4 << WIDTH) + h3;
    long r5 = s5 - (h5 << WIDTH) + h4;
    long r6 = s6 - (h6 << WIDTH) + h5;
    long t0 = (r0 + HALF) >> WIDTH;
    long t1 = (r1 + HALF) >> WIDTH;
    long t2 = (r2 + HALF) >> WIDTH;
    long t3 = (r3 + HALF) >> WIDTH;
    long t4 = (r4 + HALF) >> WIDTH;
    long t5 = (r5 + HALF) >> WIDTH;
    long t6 = (r6 + HALF) >> WIDTH;
    z[0] = r0 - (t0 << WIDTH) + (t6 << 8) - (t6 << 40);
    z[1] = r1 - (t1 << WIDTH) + t0 + (t6 << 48);
    z[2] = r2 - (t2 << WIDTH) + t1 + (t6 << 24);
    z[3] = r3 - (t3 << WIDTH) + t2;
    z[4] = r4 - (t4 << WIDTH) + t3;
    z[5] = r5 - (t5 << WIDTH) + t4;
    z[6] = r6 - (t6 << WIDTH) + t5;
  }

  @Override
  void normalize(long[] z) {
    long t0 = (z[0] + HALF) >> WIDTH;
    long t1 = (z[1] + HALF) >> WIDTH;
    long t2 = (z[2] + HALF) >> WIDTH;
    long t3 = (z[3] + HALF) >> WIDTH;
    long t4 = (z[4] + HALF) >> WIDTH;
    long t5 = (z[5] + HALF) >> WIDTH;
    long t6 = (z[6] + HALF) >> WIDTH;
    z[0] += (t6 << 8) - (t6 << 40) - (t0 << WIDTH);
    z[1] += (t6 << 48) + t0 - (t1 << WIDTH);
    z[2] += (t6 << 24) + t1 - (t2 << WIDTH);
    z[3] += t2 - (t3 << WIDTH);
    z[4] += t3 - (t4 << WIDTH);
    z[5] += t4 - (t5 << WIDTH);
    z[6] += t5 - (t6 << WIDTH);
  }
}
