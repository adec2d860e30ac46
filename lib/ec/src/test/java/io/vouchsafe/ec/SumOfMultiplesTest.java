package io.vouchsafe.ec;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.ec.EcdsaVerifier.Scalar;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bouncycastle.math.ec.ECPoint;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// u1 G + u2 Q by each of the four ways (tables for both, for one, for none), looking at each
/// addition and not looking, against BouncyCastle's.
class SumOfMultiplesTest {
  private static Scalar scalar(Domain domain, BigInteger value) {
    return Scalar.of(
        domain.order,
        Limbs.of(value, domain.order.limbs, Modulus.WIDTH),
        new Modulus.Scratch(domain.order));
  }

  private static void check(
      Forger forger, EcdsaVerifier verifier, ECPoint key, BigInteger u1, BigInteger u2) {
    Domain domain = forger.curve.domain();
    ECPoint expected = forger.times(u1).add(key.multiply(u2)).normalize();
    WindowTable generatorTable = domain.generator.buildTable();
    WindowTable keyTable = verifier.keyTable();
    for (int way = 0; way < 8; way++) {
      @Nullable WindowTable forGenerator = (way & 1) == 0 ? null : generatorTable;
      @Nullable WindowTable forKey = (way & 2) == 0 ? null : keyTable;
      boolean complete = (way & 4) != 0;
      PointSum sum =
          verifier.sum(scalar(domain, u1), forGenerator, scalar(domain, u2), forKey, complete);
      if (complete) {
        assertThat(sum.isInfinite()).as("%s %s %d", u1, u2, way).isEqualTo(expected.isInfinity());
      } else if (expected.isInfinity()) {
        assertThat(sum.isDegenerate()).as("%s %s %d", u1, u2, way).isTrue();
      }
      if (!expected.isInfinity() && (complete || !sum.isDegenerate())) {
        BigInteger x = expected.getAffineXCoord().toBigInteger();
        assertThat(sum.hasX(domain.field.element(x))).as("%s %s %d", u1, u2, way).isTrue();
        assertThat(sum.hasX(domain.field.element(x.xor(BigInteger.ONE)))).isFalse();
      }
    }
  }

  private static EcdsaVerifier verifier(Forger forger, ECPoint key) throws Exception {
    return forger.verifier(key).prepare();
  }

  @ParameterizedTest
  @EnumSource
  void sum_smallMultiplesOfTheGenerator_right(Curve curve) throws Exception {
    Forger forger = new Forger(curve);
    List<BigInteger> scalars = new ArrayList<>();
    for (long i : new long[] {0, 1, 2, 3, 15, 16, 17, 31, 32, 33, 128, 256, 65537}) {
      scalars.add(BigInteger.valueOf(i));
      scalars.add(BigInteger.valueOf(i).negate().mod(forger.n));
    }
    for (long d : new long[] {1, -1, 2, -3, 16}) {
      ECPoint key = forger.times(BigInteger.valueOf(d));
      EcdsaVerifier verifier = verifier(forger, key);
      for (BigInteger u1 : scalars) {
        for (BigInteger u2 : scalars) {
          check(forger, verifier, key, u1, u2);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void sum_scalarsThatCancelOrDouble_right(Curve curve) throws Exception {
    Forger forger = new Forger(curve);
    Random random = new Random(19);
    BigInteger d = forger.scalar(random);
    ECPoint key = forger.times(d);
    EcdsaVerifier verifier = verifier(forger, key);
    for (int i = 0; i < 30; i++) {
      BigInteger u2 = i < 15 ? BigInteger.ONE.shiftLeft(17 * i) : forger.scalar(random);
      BigInteger u1 = u2.multiply(d).mod(forger.n);
      check(forger, verifier, key, u1, u2);
      check(forger, verifier, key, forger.n.subtract(u1), u2);
      check(forger, verifier, key, u1.add(BigInteger.ONE).mod(forger.n), u2);
    }
  }
}
