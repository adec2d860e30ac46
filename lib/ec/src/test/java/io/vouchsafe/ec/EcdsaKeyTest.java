package io.vouchsafe.ec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EcdsaKeyTest {
  /// A key that no factory looked at.
  private record Unchecked(ECPoint getW, ECParameterSpec getParams) implements ECPublicKey {
    @Override
    public String getAlgorithm() {
      return "EC";
    }

    @Override
    public String getFormat() {
      return "X.509";
    }

    @Override
    public byte[] getEncoded() {
      return new byte[0];
    }
  }

  private static void refused(Curve curve, ECPoint point) throws GeneralSecurityException {
    ECPublicKey key = new Unchecked(point, Providers.parameters(curve));
    assertThatThrownBy(() -> EcdsaVerifier.of(curve, key)).isInstanceOf(FormatException.class);
  }

  private static Bytes encoded(Curve curve, BigInteger x, BigInteger y) {
    return Bytes.of((byte) 4)
        .concat(Bytes.of(Forger.number(x, curve.size())))
        .concat(Bytes.of(Forger.number(y, curve.size())));
  }

  @ParameterizedTest
  @EnumSource
  void of_generator_accepted(Curve curve) throws Exception {
    Domain domain = curve.domain();
    ECParameterSpec parameters = Providers.parameters(curve);
    EcdsaVerifier.of(curve, new Unchecked(parameters.getGenerator(), parameters));
    EcdsaVerifier verifier =
        EcdsaVerifier.of(curve, encoded(curve, domain.generatorX, domain.generatorY));
    assertThat(verifier.curve()).isEqualTo(curve);
    assertThat(verifier.isPrepared()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void of_pointsOffTheCurve_refused(Curve curve) throws Exception {
    Domain domain = curve.domain();
    BigInteger x = domain.generatorX;
    BigInteger y = domain.generatorY;
    for (int bit = 0; bit < curve.size() * 8; bit += 5) {
      refused(curve, new ECPoint(x.flipBit(bit), y));
      refused(curve, new ECPoint(x, y.flipBit(bit)));
    }
    refused(curve, new ECPoint(y, x));
    refused(curve, new ECPoint(BigInteger.ZERO, BigInteger.ZERO));
    refused(curve, new ECPoint(BigInteger.ONE, BigInteger.ONE));
  }

  @ParameterizedTest
  @EnumSource
  void of_coordinatesOutOfRange_refused(Curve curve) throws Exception {
    Domain domain = curve.domain();
    BigInteger p = domain.field.p;
    BigInteger x = domain.generatorX;
    BigInteger y = domain.generatorY;
    refused(curve, new ECPoint(x.add(p), y));
    refused(curve, new ECPoint(x, y.add(p)));
    refused(curve, new ECPoint(x.subtract(p), y));
    refused(curve, new ECPoint(x, y.negate()));
    refused(curve, new ECPoint(x, y.subtract(p)));
  }

  /// A small x has a second encoding in the same number of bytes: x + p.
  @ParameterizedTest
  @EnumSource
  void of_secondEncodingOfASmallX_refused(Curve curve) throws Exception {
    Forger forger = new Forger(curve);
    int found = 0;
    for (int i = 0; found < 5; i++) {
      BigInteger x = BigInteger.valueOf(i);
      var point = forger.withX(x);
      if (point.isPresent()) {
        found++;
        BigInteger y = point.get().getAffineYCoord().toBigInteger();
        EcdsaVerifier.of(curve, encoded(curve, x, y));
        Bytes second = encoded(curve, x.add(forger.p), y);
        assertThatThrownBy(() -> EcdsaVerifier.of(curve, second))
            .isInstanceOf(FormatException.class);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void of_infinity_refused(Curve curve) throws Exception {
    refused(curve, ECPoint.POINT_INFINITY);
    assertThatThrownBy(() -> EcdsaVerifier.of(curve, Bytes.of((byte) 0)))
        .isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @EnumSource
  void of_otherEncodings_refused(Curve curve) {
    Domain domain = curve.domain();
    Bytes good = encoded(curve, domain.generatorX, domain.generatorY);
    for (Bytes bad :
        new Bytes[] {
          Bytes.EMPTY,
          good.slice(0, good.size() - 1),
          good.concat(Bytes.of((byte) 0)),
          good.slice(1, good.size()),
          Bytes.of((byte) 6).concat(good.slice(1, good.size())),
          Bytes.of((byte) 2).concat(good.slice(1, 1 + curve.size()))
        }) {
      assertThatThrownBy(() -> EcdsaVerifier.of(curve, bad)).isInstanceOf(FormatException.class);
    }
    Bytes coordinate = Bytes.zeros(curve.size() + 1);
    assertThatThrownBy(() -> EcdsaVerifier.of(curve, coordinate, coordinate))
        .isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @EnumSource
  void of_keysOfOtherCurves_refused(Curve curve) throws Exception {
    String[] others =
        curve == Curve.P256
            ? new String[] {"secp384r1", "secp256k1", "brainpoolP256r1"}
            : new String[] {"secp256r1", "brainpoolP384r1", "secp521r1"};
    for (String other : others) {
      ECParameterSpec parameters = Providers.parameters(other);
      ECPublicKey key = new Unchecked(parameters.getGenerator(), parameters);
      assertThatThrownBy(() -> EcdsaVerifier.of(curve, key)).isInstanceOf(FormatException.class);
    }
  }

  /// Same field and equation, another generator: a key that its maker can choose freely.
  @ParameterizedTest
  @EnumSource
  void of_anotherGenerator_refused(Curve curve) throws Exception {
    ECParameterSpec good = Providers.parameters(curve);
    ECPoint negated =
        new ECPoint(
            good.getGenerator().getAffineX(),
            curve.domain().field.p.subtract(good.getGenerator().getAffineY()));
    ECParameterSpec bad =
        new ECParameterSpec(good.getCurve(), negated, good.getOrder(), good.getCofactor());
    ECPublicKey key = new Unchecked(good.getGenerator(), bad);
    assertThatThrownBy(() -> EcdsaVerifier.of(curve, key)).isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @EnumSource
  void domain_parameters_areTheProviders(Curve curve) throws Exception {
    Domain domain = curve.domain();
    ECParameterSpec parameters = Providers.parameters(curve);
    assertThat(parameters.getOrder()).isEqualTo(domain.n);
    assertThat(parameters.getCurve().getB()).isEqualTo(domain.b);
    assertThat(parameters.getGenerator().getAffineX()).isEqualTo(domain.generatorX);
    assertThat(parameters.getGenerator().getAffineY()).isEqualTo(domain.generatorY);
  }
}
