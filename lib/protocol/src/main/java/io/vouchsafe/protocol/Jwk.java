package io.vouchsafe.protocol;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Objects;

/// A public key that replies can be sealed to, in the form of RFC 7517. Coordinates have exactly
/// the width of their field, the point is on its curve, an RSA modulus has 2048 to 8192 bits.
public sealed interface Jwk {

  /// The name of the key-management algorithm.
  String algorithm();

  /// The members in the order `kty`, `crv`, `alg`, `x`, `y` or `kty`, `alg`, `n`, `e`.
  Json.Obj toJson();

  /// The key for the JDK.
  PublicKey toPublicKey();

  /// A key for `ECDH-ES+A256KW`.
  ///
  /// @param curve the curve
  /// @param x affine coordinate, full width
  /// @param y affine coordinate, full width
  record Ec(Curve curve, Bytes x, Bytes y) implements Jwk {
    /// The one algorithm of these keys.
    public static final String ALGORITHM = "ECDH-ES+A256KW";

    /// @throws IllegalArgumentException if the coordinates are no point of the curve
    public Ec {
      if (x.size() != curve.width()
          || y.size() != curve.width()
          || !curve.contains(new ECPoint(unsigned(x), unsigned(y)))) {
        throw new IllegalArgumentException("not a point of " + curve.wireName());
      }
    }

    @Override
    public String algorithm() {
      return ALGORITHM;
    }

    @Override
    public Json.Obj toJson() {
      return Json.object()
          .put("kty", "EC")
          .put("crv", curve.wireName())
          .put("alg", ALGORITHM)
          .put("x", x.base64Url())
          .put("y", y.base64Url())
          .build();
    }

    @Override
    public PublicKey toPublicKey() {
      try {
        return KeyFactory.getInstance("EC")
            .generatePublic(
                new ECPublicKeySpec(new ECPoint(unsigned(x), unsigned(y)), curve.parameters()));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("a point of the curve was refused", e);
      }
    }
  }

  /// An RSA key.
  ///
  /// @param scheme how content keys are encrypted
  /// @param n modulus, without leading zeros
  /// @param e public exponent, without leading zeros
  record Rsa(RsaScheme scheme, Bytes n, Bytes e) implements Jwk {
    private static final int MIN_BITS = 2048;
    private static final int MAX_BITS = 8192;
    private static final int MAX_EXPONENT_BITS = 64;

    /// @throws IllegalArgumentException if the numbers are out of bounds
    public Rsa {
      Objects.requireNonNull(scheme, "scheme");
      int bits = unsigned(n).bitLength();
      BigInteger exponent = unsigned(e);
      if (bits < MIN_BITS || bits > MAX_BITS || n.at(0) == 0 || !unsigned(n).testBit(0)) {
        throw new IllegalArgumentException(
            "a modulus of %d to %d bits is needed".formatted(MIN_BITS, MAX_BITS));
      }
      if (!exponent.testBit(0)
          || exponent.bitLength() < 2
          || exponent.bitLength() > MAX_EXPONENT_BITS
          || e.at(0) == 0) {
        throw new IllegalArgumentException("an odd exponent of 3 or more is needed");
      }
    }

    @Override
    public String algorithm() {
      return scheme.wireName();
    }

    @Override
    public Json.Obj toJson() {
      return Json.object()
          .put("kty", "RSA")
          .put("alg", scheme.wireName())
          .put("n", n.base64Url())
          .put("e", e.base64Url())
          .build();
    }

    @Override
    public PublicKey toPublicKey() {
      try {
        return KeyFactory.getInstance("RSA")
            .generatePublic(new RSAPublicKeySpec(unsigned(n), unsigned(e)));
      } catch (GeneralSecurityException ex) {
        throw new IllegalStateException("an RSA key was refused", ex);
      }
    }
  }

  /// How a content key is encrypted to an RSA key.
  enum RsaScheme {
    /// OAEP with SHA-256, also in the mask generation.
    OAEP_256("RSA-OAEP-256"),

    /// PKCS #1 v1.5. Deprecated: brokers seal to it for old guests, nothing here opens it, because
    /// an opener that tells padding errors apart gives the content key away.
    PKCS1_V15("RSA1_5");

    private final String wireName;

    RsaScheme(String wireName) {
      this.wireName = wireName;
    }

    public String wireName() {
      return wireName;
    }
  }

  /// The form of a key of the JDK.
  ///
  /// @throws FormatException if it is on another curve, too short, or of another kind
  static Jwk of(PublicKey key) throws FormatException {
    try {
      return switch (key) {
        case ECPublicKey ec -> {
          Curve curve = Curve.of(ec.getParams()).orElse(null);
          if (curve == null) {
            throw unsupported("a key on P-256, P-384 or P-521", "another curve");
          }
          yield new Ec(
              curve,
              fixed(ec.getW().getAffineX(), curve.width()),
              fixed(ec.getW().getAffineY(), curve.width()));
        }
        case RSAPublicKey rsa ->
            new Rsa(
                RsaScheme.OAEP_256, minimal(rsa.getModulus()), minimal(rsa.getPublicExponent()));
        default -> throw unsupported("an EC or RSA key", key.getAlgorithm());
      };
    } catch (IllegalArgumentException e) {
      throw unsupported("a usable key", String.valueOf(e.getMessage()));
    }
  }

  /// Parses the members of a key; others are ignored.
  ///
  /// @throws FormatException with [Code#UNSUPPORTED_ALGORITHM] if nothing can be sealed to such a
  ///   key, with [Code#MALFORMED] if it is no valid key of its kind
  static Jwk parse(Json.Obj json) throws FormatException {
    String kind = json.string("kty");
    String algorithm = json.string("alg");
    try {
      return switch (kind) {
        case "EC" -> {
          if (!algorithm.equals(Ec.ALGORITHM)) {
            throw unsupported("algorithm " + Ec.ALGORITHM, algorithm);
          }
          Curve curve = Curve.ofName(json.string("crv")).orElse(null);
          if (curve == null) {
            throw unsupported("curve P-256, P-384 or P-521", json.string("crv"));
          }
          yield new Ec(
              curve, Bytes.fromBase64Url(json.string("x")), Bytes.fromBase64Url(json.string("y")));
        }
        case "RSA" ->
            new Rsa(
                scheme(algorithm),
                Bytes.fromBase64Url(json.string("n")),
                Bytes.fromBase64Url(json.string("e")));
        default -> throw unsupported("a key of kind EC or RSA", kind);
      };
    } catch (IllegalArgumentException e) {
      throw FormatException.malformed(0, "a valid key", String.valueOf(e.getMessage()));
    }
  }

  private static RsaScheme scheme(String algorithm) throws FormatException {
    for (RsaScheme scheme : RsaScheme.values()) {
      if (scheme.wireName().equals(algorithm)) {
        return scheme;
      }
    }
    throw unsupported("algorithm RSA-OAEP-256", algorithm);
  }

  private static FormatException unsupported(String expected, String found) {
    return new FormatException(Code.UNSUPPORTED_ALGORITHM, 0, expected, found);
  }

  private static BigInteger unsigned(Bytes bytes) {
    return new BigInteger(1, bytes.toByteArray());
  }

  private static Bytes fixed(BigInteger value, int width) {
    byte[] minimal = minimal(value).toByteArray();
    byte[] padded = new byte[width];
    System.arraycopy(minimal, 0, padded, width - minimal.length, minimal.length);
    return Bytes.of(padded);
  }

  private static Bytes minimal(BigInteger value) {
    byte[] signed = value.toByteArray();
    return Bytes.of(
        signed.length > 1 && signed[0] == 0
            ? Arrays.copyOfRange(signed, 1, signed.length)
            : signed);
  }
}
