package io.vouchsafe.rego.internal.builtin;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Keys for tokens: certificates and public keys in PEM, JWK and JWK sets.
final class JwtKeys {
  private static final int MAX_KEYS = 64;
  private static final Map<String, String> CURVES =
      Map.of("P-256", "secp256r1", "P-384", "secp384r1", "P-521", "secp521r1");
  private static final String BEGIN = "-----BEGIN ";

  private JwtKeys() {}

  /// A public key, and what the set says of it.
  record Named(PublicKey key, Optional<String> id, Optional<String> algorithm) {}

  /// The public keys in `text`.
  static List<Named> publicKeys(String text) throws BuiltinException {
    if (text.strip().startsWith(BEGIN)) {
      return List.of(new Named(pem(text.strip()), Optional.empty(), Optional.empty()));
    }
    try {
      Json.Obj object = Json.parseObject(Bytes.utf8(text), JsonLimits.MESSAGE);
      List<Named> keys = new ArrayList<>();
      if (object.get("keys").isPresent()) {
        for (Json item : object.array("keys")) {
          if (keys.size() == MAX_KEYS || !(item instanceof Json.Obj jwk)) {
            throw FormatException.unexpected("at most " + MAX_KEYS + " keys", "more, or another");
          }
          keys.add(named(jwk));
        }
      } else {
        keys.add(named(object));
      }
      return keys;
    } catch (FormatException | GeneralSecurityException | IllegalArgumentException e) {
      throw BuiltinException.failed("failed to parse a JWK key (set): " + e.getMessage());
    }
  }

  private static Named named(Json.Obj jwk) throws FormatException, GeneralSecurityException {
    return new Named(publicKey(jwk), jwk.optionalString("kid"), jwk.optionalString("alg"));
  }

  private static PublicKey pem(String text) throws BuiltinException {
    int type = text.indexOf("-----", BEGIN.length());
    String label = type < 0 ? "" : text.substring(BEGIN.length(), type);
    String end = "-----END " + label + "-----";
    int to = text.indexOf(end);
    if (type < 0 || to < 0) {
      throw BuiltinException.failed("failed to parse a PEM certificate");
    }
    if (to + end.length() != text.length()) {
      throw BuiltinException.failed("extra data after a PEM certificate block");
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(text.substring(type + 5, to));
      return switch (label) {
        case "CERTIFICATE" ->
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der))
                .getPublicKey();
        case "PUBLIC KEY" -> spki(der);
        default ->
            throw BuiltinException.failed("failed to extract a Key from the PEM certificate");
      };
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw BuiltinException.failed("failed to parse a PEM certificate: " + e.getMessage());
    }
  }

  private static PublicKey spki(byte[] der) throws GeneralSecurityException {
    for (String kind : List.of("RSA", "EC")) {
      try {
        return KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(der));
      } catch (GeneralSecurityException _) {
        continue; // of another kind
      }
    }
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der));
  }

  private static BigInteger number(Json.Obj jwk, String name) throws FormatException {
    return new BigInteger(1, Bytes.fromBase64Url(jwk.string(name)).toByteArray());
  }

  private static ECParameterSpec curve(Json.Obj jwk)
      throws FormatException, GeneralSecurityException {
    String name = CURVES.get(jwk.string("crv"));
    if (name == null) {
      throw FormatException.unexpected("P-256, P-384 or P-521", jwk.string("crv"));
    }
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(name));
    return parameters.getParameterSpec(ECParameterSpec.class);
  }

  private static PublicKey publicKey(Json.Obj jwk)
      throws FormatException, GeneralSecurityException {
    return switch (jwk.string("kty")) {
      case "RSA" ->
          KeyFactory.getInstance("RSA")
              .generatePublic(new RSAPublicKeySpec(number(jwk, "n"), number(jwk, "e")));
      case "EC" ->
          KeyFactory.getInstance("EC")
              .generatePublic(
                  new ECPublicKeySpec(new ECPoint(number(jwk, "x"), number(jwk, "y")), curve(jwk)));
      case "OKP" -> edwards(jwk);
      default ->
          throw FormatException.unexpected("a key of type RSA, EC or OKP", jwk.string("kty"));
    };
  }

  private static PublicKey edwards(Json.Obj jwk) throws FormatException, GeneralSecurityException {
    byte[] little = Bytes.fromBase64Url(jwk.string("x")).toByteArray();
    if (!jwk.string("crv").equals("Ed25519") || little.length != 32) {
      throw FormatException.unexpected("32 bytes of a key of Ed25519", little.length + " bytes");
    }
    byte[] big = new byte[little.length];
    for (int i = 0; i < little.length; i++) {
      big[i] = little[little.length - 1 - i];
    }
    boolean odd = (big[0] & 0x80) != 0;
    big[0] &= 0x7f;
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(
            new EdECPublicKeySpec(
                NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, big))));
  }

  /// A key to sign with: a [PrivateKey], or the bytes of a shared one.
  static Object signingKey(String jwk) throws BuiltinException {
    try {
      Json.Obj object = Json.parseObject(Bytes.utf8(jwk), JsonLimits.MESSAGE);
      return switch (object.string("kty")) {
        case "oct" -> Bytes.fromBase64Url(object.string("k")).toByteArray();
        case "RSA" -> rsa(object);
        case "EC" ->
            KeyFactory.getInstance("EC")
                .generatePrivate(new ECPrivateKeySpec(number(object, "d"), curve(object)));
        case "OKP" ->
            KeyFactory.getInstance("Ed25519")
                .generatePrivate(
                    new EdECPrivateKeySpec(
                        NamedParameterSpec.ED25519,
                        Bytes.fromBase64Url(object.string("d")).toByteArray()));
        default -> throw FormatException.unexpected("a key of a known type", object.string("kty"));
      };
    } catch (FormatException | GeneralSecurityException | IllegalArgumentException _) {
      // the message could show parts of the key
      throw BuiltinException.failed("failed to parse a JWK");
    }
  }

  private static PrivateKey rsa(Json.Obj jwk) throws FormatException, GeneralSecurityException {
    return KeyFactory.getInstance("RSA")
        .generatePrivate(
            new RSAPrivateCrtKeySpec(
                number(jwk, "n"),
                number(jwk, "e"),
                number(jwk, "d"),
                number(jwk, "p"),
                number(jwk, "q"),
                number(jwk, "dp"),
                number(jwk, "dq"),
                number(jwk, "qi")));
  }
}
