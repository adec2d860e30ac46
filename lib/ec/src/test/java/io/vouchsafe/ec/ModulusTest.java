package io.vouchsafe.ec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModulusTest {
  private static List<BigInteger> values(BigInteger n, int count) {
    List<BigInteger> values = new ArrayList<>(Edges.below(n));
    Random random = new Random(5);
    for (int i = 0; i < count; i++) {
      values.add(new BigInteger(n.bitLength() + 64, random).mod(n));
    }
    return values;
  }

  private static long[] limbs(Modulus modulus, BigInteger value) {
    return Limbs.of(value, modulus.limbs, Modulus.WIDTH);
  }

  private static BigInteger value(long[] limbs) {
    return Limbs.value(limbs, Modulus.WIDTH);
  }

  @ParameterizedTest
  @EnumSource
  void invert_edgesAndRandomValues_isTheInverse(Curve curve) {
    BigInteger n = curve.domain().n;
    Modulus modulus = curve.domain().order;
    Modulus.Scratch scratch = new Modulus.Scratch(modulus);
    long[] z = new long[modulus.limbs];
    for (BigInteger a : values(n, 3000)) {
      if (a.signum() > 0) {
        modulus.invert(z, limbs(modulus, a), scratch);
        assertThat(value(z)).isEqualTo(a.modInverse(n));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void invert_zero_isAnError(Curve curve) {
    Modulus modulus = curve.domain().order;
    long[] zero = new long[modulus.limbs];
    Modulus.Scratch scratch = new Modulus.Scratch(modulus);
    assertThatThrownBy(() -> modulus.invert(zero, zero, scratch))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void invert_multipleOfAFactorOfTheModulus_isAnError() {
    Modulus composite = new Modulus(BigInteger.valueOf(15), 1);
    Modulus.Scratch scratch = new Modulus.Scratch(composite);
    for (long a : new long[] {3, 5, 6, 10}) {
      long[] value = {a};
      assertThatThrownBy(() -> composite.invert(value, value, scratch))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void multiply_edgesAndRandomValues_isTheProductOverR(Curve curve) {
    BigInteger n = curve.domain().n;
    Modulus modulus = curve.domain().order;
    BigInteger inverseOfR = BigInteger.ONE.shiftLeft(modulus.limbs * Modulus.WIDTH).modInverse(n);
    Modulus.Scratch scratch = new Modulus.Scratch(modulus);
    long[] z = new long[modulus.limbs];
    List<BigInteger> values = values(n, 20);
    for (BigInteger a : values) {
      for (BigInteger b : values) {
        modulus.multiply(z, limbs(modulus, a), limbs(modulus, b), scratch);
        assertThat(value(z)).isEqualTo(a.multiply(b).multiply(inverseOfR).mod(n));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void halves_edges_areTold(Curve curve) {
    BigInteger n = curve.domain().n;
    Modulus modulus = curve.domain().order;
    Modulus.Scratch scratch = new Modulus.Scratch(modulus);
    long[] z = new long[modulus.limbs];
    for (BigInteger a : values(n, 200)) {
      assertThat(modulus.inUpperHalf(limbs(modulus, a), scratch))
          .isEqualTo(a.compareTo(n.shiftRight(1)) > 0);
      if (a.signum() > 0) {
        modulus.negate(z, limbs(modulus, a));
        assertThat(value(z)).isEqualTo(n.subtract(a));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void exceeds_theOrderAndItsNeighbours_onlyBelow(Curve curve) {
    BigInteger n = curve.domain().n;
    Modulus modulus = curve.domain().order;
    assertThat(modulus.exceeds(limbs(modulus, n.subtract(BigInteger.ONE)))).isTrue();
    assertThat(modulus.exceeds(limbs(modulus, n))).isFalse();
    assertThat(modulus.exceeds(limbs(modulus, n.add(BigInteger.ONE)))).isFalse();
  }
}
