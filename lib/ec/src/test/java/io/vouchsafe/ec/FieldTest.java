package io.vouchsafe.ec;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FieldTest {
  private static final int ROUNDS = 4000;

  private static BigInteger radix(Field field) {
    long[] one = field.zero();
    field.setOne(one);
    return Limbs.value(one, field.width);
  }

  /// Limbs at and about the bounds of a size, and between.
  private static long[] limbs(Field field, int size, Random random) {
    long bound = size * (1L << (field.width - 1));
    long[] out = field.zero();
    for (int i = 0; i < out.length; i++) {
      out[i] =
          switch (random.nextInt(8)) {
            case 0 -> bound;
            case 1 -> -bound;
            case 2 -> bound - 1;
            case 3 -> 0;
            case 4 -> -1;
            case 5 -> 1L << random.nextInt(field.width - 1);
            default -> random.nextLong(-bound, bound);
          };
    }
    if (field.width == 54) {
      // See the Javadoc of the field: 2^262 times the size, 2^265 after carrying.
      out[4] >>= size <= 2 ? 5 : 7;
    }
    return out;
  }

  private static void assertSizeOne(Field field, long[] z) {
    long bound = (1L << (field.width - 1)) + (1L << (field.width - 2));
    for (long limb : z) {
      assertThat(Math.abs(limb)).isLessThanOrEqualTo(bound);
    }
  }

  /// Products are smaller than what went in, so that sizes never grow beyond their bounds.
  private static void assertSmallProduct(Field field, long[] z) {
    assertSizeOne(field, z);
    if (field.width == 54) {
      assertThat(Math.abs(z[4])).isLessThanOrEqualTo(1L << 46);
    }
  }

  @ParameterizedTest
  @EnumSource
  void multiply_limbsAtTheirBounds_isTheProduct(Curve curve) {
    Field field = curve.domain().field;
    BigInteger inverse = radix(field).modInverse(field.p);
    Random random = new Random(1);
    for (int i = 0; i < ROUNDS; i++) {
      int size = 1 + random.nextInt(Field.MAX_SIZE);
      long[] a = limbs(field, size, random);
      long[] b = limbs(field, Math.min(Field.MAX_SIZE, Field.MAX_SIZES / size), random);
      long[] z = field.zero();
      field.multiply(z, a, b);
      assertSmallProduct(field, z);
      BigInteger expected =
          Limbs.value(a, field.width).multiply(Limbs.value(b, field.width)).multiply(inverse);
      assertThat(Limbs.value(z, field.width).mod(field.p)).isEqualTo(expected.mod(field.p));
    }
  }

  @ParameterizedTest
  @EnumSource
  void square_limbsAtTheirBounds_isTheProductWithItself(Curve curve) {
    Field field = curve.domain().field;
    Random random = new Random(2);
    for (int i = 0; i < ROUNDS; i++) {
      long[] a = limbs(field, 1 + random.nextInt(5), random);
      long[] product = field.zero();
      field.multiply(product, a, a.clone());
      field.square(a, a);
      assertSmallProduct(field, a);
      assertThat(Limbs.value(a, field.width).subtract(Limbs.value(product, field.width)))
          .matches(difference -> difference.mod(field.p).signum() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void normalize_anySize_keepsTheElement(Curve curve) {
    Field field = curve.domain().field;
    Random random = new Random(3);
    for (int i = 0; i < ROUNDS; i++) {
      long[] a = limbs(field, Field.MAX_SIZES, random);
      long[] z = a.clone();
      field.normalize(z);
      assertSizeOne(field, z);
      assertThat(Limbs.value(z, field.width).mod(field.p))
          .isEqualTo(Limbs.value(a, field.width).mod(field.p));
    }
  }

  @ParameterizedTest
  @EnumSource
  void canonical_anyRepresentative_isTheOneBelowP(Curve curve) {
    Field field = curve.domain().field;
    Random random = new Random(4);
    for (int i = 0; i < ROUNDS; i++) {
      long[] a = limbs(field, Field.MAX_SIZES, random);
      long[] z = field.zero();
      field.canonical(z, a);
      assertThat(Limbs.value(z, field.width)).isEqualTo(Limbs.value(a, field.width).mod(field.p));
      for (long limb : z) {
        assertThat(limb).isBetween(0L, (1L << field.width) - 1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void isZero_multiplesOfPAndTheirNeighbours_onlyTheMultiples(Curve curve) {
    Field field = curve.domain().field;
    for (int k = -40; k <= 40; k++) {
      for (int off = -2; off <= 2; off++) {
        BigInteger value = field.p.multiply(BigInteger.valueOf(k)).add(BigInteger.valueOf(off));
        long[] a = field.zero();
        BigInteger rest = value;
        for (int i = 0; i < a.length - 1; i++) {
          a[i] = rest.mod(BigInteger.ONE.shiftLeft(field.width)).longValueExact();
          rest = rest.shiftRight(field.width);
        }
        a[a.length - 1] = rest.longValueExact();
        assertThat(field.isZero(a, field.zero())).as("%d p + %d", k, off).isEqualTo(off == 0);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void element_edgesOfTheField_comesBack(Curve curve) {
    Field field = curve.domain().field;
    for (BigInteger value : Edges.below(field.p)) {
      assertThat(field.integer(field.element(value))).isEqualTo(value);
      if (value.signum() > 0) {
        long[] z = field.zero();
        field.invert(z, field.element(value));
        assertThat(field.integer(z)).isEqualTo(value.modInverse(field.p));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void multiply_edgesOfTheField_isTheProduct(Curve curve) {
    Field field = curve.domain().field;
    long[] z = field.zero();
    for (BigInteger a : Edges.below(field.p)) {
      for (BigInteger b : Edges.below(field.p)) {
        field.multiply(z, field.element(a), field.element(b));
        assertThat(field.integer(z)).isEqualTo(a.multiply(b).mod(field.p));
      }
    }
  }
}
