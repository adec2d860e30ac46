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
  private static final int SHIFT = (Long.SIZE - WIDTH) / 2;

  P384Field(BigInteger p) {
    super(p, 7, WIDTH, BigInteger.ONE);
  }

  // Unrolled on purpose: the limbs must live in registers, and the loops that the compiler unrolls
  // by itself cost a factor of three.
  //
  // Of the 49 products 28 are computed: a_i b_j + a_j b_i = a_i b_i + a_j b_j - (a_i - a_j)(b_i -
  // b_j).
  // d, g: low and high parts of a_i b_i; p, q: their sums in a column; e, f: the differences.
  @Override
  void multiply(long[] z, long[] a, long[] b) {
    long a0 = a[0];
    long a1 = a[1];
    long a2 = a[2];
    long a3 = a[3];
    long a4 = a[4];
    long a5 = a[5];
    long a6 = a[6];
    long b0 = b[0];
    long b1 = b[1];
    long b2 = b[2];
    long b3 = b[3];
    long b4 = b[4];
    long b5 = b[5];
    long b6 = b[6];
    long d0 = a0 * b0;
    long g0 = multiplyHigh(a0 << SHIFT, b0 << SHIFT);
    long d1 = a1 * b1;
    long g1 = multiplyHigh(a1 << SHIFT, b1 << SHIFT);
    long d2 = a2 * b2;
    long g2 = multiplyHigh(a2 << SHIFT, b2 << SHIFT);
    long d3 = a3 * b3;
    long g3 = multiplyHigh(a3 << SHIFT, b3 << SHIFT);
    long d4 = a4 * b4;
    long g4 = multiplyHigh(a4 << SHIFT, b4 << SHIFT);
    long d5 = a5 * b5;
    long g5 = multiplyHigh(a5 << SHIFT, b5 << SHIFT);
    long d6 = a6 * b6;
    long g6 = multiplyHigh(a6 << SHIFT, b6 << SHIFT);
    long s0 = d0;
    long h0 = g0;
    long p0 = d0;
    long q0 = g0;
    long p1 = p0 + d1;
    long q1 = q0 + g1;
    long e0x1 = a0 - a1;
    long f0x1 = b0 - b1;
    long s1 = p1 - e0x1 * f0x1;
    long h1 = q1 - multiplyHigh(e0x1 << SHIFT, f0x1 << SHIFT);
    long p2 = p1 + d2;
    long q2 = q1 + g2;
    long e0x2 = a0 - a2;
    long f0x2 = b0 - b2;
    long s2 = p2 - e0x2 * f0x2;
    long h2 = q2 - multiplyHigh(e0x2 << SHIFT, f0x2 << SHIFT);
    long p3 = p2 + d3;
    long q3 = q2 + g3;
    long e0x3 = a0 - a3;
    long f0x3 = b0 - b3;
    long e1x2 = a1 - a2;
    long f1x2 = b1 - b2;
    long s3 = p3 - e0x3 * f0x3 - e1x2 * f1x2;
    long h3 =
        q3
            - multiplyHigh(e0x3 << SHIFT, f0x3 << SHIFT)
            - multiplyHigh(e1x2 << SHIFT, f1x2 << SHIFT);
    long p4 = p3 + d4;
    long q4 = q3 + g4;
    long e0x4 = a0 - a4;
    long f0x4 = b0 - b4;
    long e1x3 = a1 - a3;
    long f1x3 = b1 - b3;
    long s4 = p4 - e0x4 * f0x4 - e1x3 * f1x3;
    long h4 =
        q4
            - multiplyHigh(e0x4 << SHIFT, f0x4 << SHIFT)
            - multiplyHigh(e1x3 << SHIFT, f1x3 << SHIFT);
    long p5 = p4 + d5;
    long q5 = q4 + g5;
    long e0x5 = a0 - a5;
    long f0x5 = b0 - b5;
    long e1x4 = a1 - a4;
    long f1x4 = b1 - b4;
    long e2x3 = a2 - a3;
    long f2x3 = b2 - b3;
    long s5 = p5 - e0x5 * f0x5 - e1x4 * f1x4 - e2x3 * f2x3;
    long h5 =
        q5
            - multiplyHigh(e0x5 << SHIFT, f0x5 << SHIFT)
            - multiplyHigh(e1x4 << SHIFT, f1x4 << SHIFT)
            - multiplyHigh(e2x3 << SHIFT, f2x3 << SHIFT);
    long p6 = p5 + d6;
    long q6 = q5 + g6;
    long e0x6 = a0 - a6;
    long f0x6 = b0 - b6;
    long e1x5 = a1 - a5;
    long f1x5 = b1 - b5;
    long e2x4 = a2 - a4;
    long f2x4 = b2 - b4;
    long s6 = p6 - e0x6 * f0x6 - e1x5 * f1x5 - e2x4 * f2x4;
    long h6 =
        q6
            - multiplyHigh(e0x6 << SHIFT, f0x6 << SHIFT)
            - multiplyHigh(e1x5 << SHIFT, f1x5 << SHIFT)
            - multiplyHigh(e2x4 << SHIFT, f2x4 << SHIFT);
    long p7 = p6 - d0;
    long q7 = q6 - g0;
    long e1x6 = a1 - a6;
    long f1x6 = b1 - b6;
    long e2x5 = a2 - a5;
    long f2x5 = b2 - b5;
    long e3x4 = a3 - a4;
    long f3x4 = b3 - b4;
    long s7 = p7 - e1x6 * f1x6 - e2x5 * f2x5 - e3x4 * f3x4;
    long h7 =
        q7
            - multiplyHigh(e1x6 << SHIFT, f1x6 << SHIFT)
            - multiplyHigh(e2x5 << SHIFT, f2x5 << SHIFT)
            - multiplyHigh(e3x4 << SHIFT, f3x4 << SHIFT);
    long p8 = p7 - d1;
    long q8 = q7 - g1;
    long e2x6 = a2 - a6;
    long f2x6 = b2 - b6;
    long e3x5 = a3 - a5;
    long f3x5 = b3 - b5;
    long s8 = p8 - e2x6 * f2x6 - e3x5 * f3x5;
    long h8 =
        q8
            - multiplyHigh(e2x6 << SHIFT, f2x6 << SHIFT)
            - multiplyHigh(e3x5 << SHIFT, f3x5 << SHIFT);
    long p9 = p8 - d2;
    long q9 = q8 - g2;
    long e3x6 = a3 - a6;
    long f3x6 = b3 - b6;
    long e4x5 = a4 - a5;
    long f4x5 = b4 - b5;
    long s9 = p9 - e3x6 * f3x6 - e4x5 * f4x5;
    long h9 =
        q9
            - multiplyHigh(e3x6 << SHIFT, f3x6 << SHIFT)
            - multiplyHigh(e4x5 << SHIFT, f4x5 << SHIFT);
    long p10 = p9 - d3;
    long q10 = q9 - g3;
    long e4x6 = a4 - a6;
    long f4x6 = b4 - b6;
    long s10 = p10 - e4x6 * f4x6;
    long h10 = q10 - multiplyHigh(e4x6 << SHIFT, f4x6 << SHIFT);
    long p11 = p10 - d4;
    long q11 = q10 - g4;
    long e5x6 = a5 - a6;
    long f5x6 = b5 - b6;
    long s11 = p11 - e5x6 * f5x6;
    long h11 = q11 - multiplyHigh(e5x6 << SHIFT, f5x6 << SHIFT);
    long p12 = p11 - d5;
    long q12 = q11 - g5;
    long s12 = p12;
    long h12 = q12;
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
