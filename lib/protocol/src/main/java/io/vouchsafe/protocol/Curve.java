package io.vouchsafe.protocol;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.util.Optional;

/// The NIST curves that keys may be on.
public enum Curve {
  P256("P-256", "secp256r1", 32),
  P384("P-384", "secp384r1", 48),
  P521("P-521", "secp521r1", 66);

  private final String wireName;
  private final String jcaName;
  private final int width;

  Curve(String wireName, String jcaName, int width) {
    this.wireName = wireName;
    this.jcaName = jcaName;
    this.width = width;
  }

  /// The curve of that name, exactly as JOSE writes it.
  public static Optional<Curve> ofName(String name) {
    for (Curve curve : values()) {
      if (curve.wireName.equals(name)) {
        return Optional.of(curve);
      }
    }
    return Optional.empty();
  }

  /// The curve with those parameters.
  static Optional<Curve> of(ECParameterSpec parameters) {
    for (Curve curve : values()) {
      ECParameterSpec mine = curve.parameters();
      if (mine.getOrder().equals(parameters.getOrder())
          && mine.getCurve().equals(parameters.getCurve())
          && mine.getGenerator().equals(parameters.getGenerator())) {
        return Optional.of(curve);
      }
    }
    return Optional.empty();
  }

  /// The JOSE name, for example `P-256`.
  public String wireName() {
    return wireName;
  }

  /// Bytes of one coordinate.
  public int width() {
    return width;
  }

  ECGenParameterSpec generator() {
    return new ECGenParameterSpec(jcaName);
  }

  ECParameterSpec parameters() {
    return Parameters.OF[ordinal()];
  }

  /// Whether the coordinates are reduced and satisfy the curve's equation. The curves have cofactor
  /// one, so every such point is in the right group.
  boolean contains(ECPoint point) {
    ECParameterSpec parameters = parameters();
    BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    if (x.signum() < 0 || y.signum() < 0 || x.compareTo(p) >= 0 || y.compareTo(p) >= 0) {
      return false;
    }
    BigInteger right =
        x.multiply(x)
            .add(parameters.getCurve().getA())
            .multiply(x)
            .add(parameters.getCurve().getB())
            .mod(p);
    return y.multiply(y).mod(p).equals(right);
  }

  /// Made on first use: a guest that has an RSA key never pays for it.
  private static final class Parameters {
    private static final ECParameterSpec[] OF = new ECParameterSpec[values().length];

    static {
      try {
        for (Curve curve : values()) {
          AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
          parameters.init(curve.generator());
          OF[curve.ordinal()] = parameters.getParameterSpec(ECParameterSpec.class);
        }
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java runtime has the NIST curves", e);
      }
    }
  }
}
