package io.vouchsafe.protocol;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.Base64;

/// Private keys of test vectors, and fresh ones.
final class Keys {
  private Keys() {}

  static KeyPair ec(Curve curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(curve.generator());
    return generator.generateKeyPair();
  }

  static KeyPair rsa(int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  static PrivateKey ofJwk(Json.Obj jwk) throws Exception {
    return switch (jwk.string("kty")) {
      case "EC" -> ecPrivate(Curve.ofName(jwk.string("crv")).orElseThrow(), jwk.string("d"));
      case "RSA" ->
          KeyFactory.getInstance("RSA")
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
      default -> throw new IllegalArgumentException(jwk.string("kty"));
    };
  }

  static PrivateKey ecPrivate(Curve curve, String d) throws Exception {
    return KeyFactory.getInstance("EC")
        .generatePrivate(
            new ECPrivateKeySpec(
                new BigInteger(1, Bytes.fromBase64Url(d).toByteArray()), curve.parameters()));
  }

  private static BigInteger number(Json.Obj jwk, String member) throws Exception {
    return new BigInteger(1, Bytes.fromBase64Url(jwk.string(member)).toByteArray());
  }

  /// PKCS #8, or PKCS #1 for RSA.
  static PrivateKey ofPem(String pem) throws Exception {
    byte[] der =
        Base64.getMimeDecoder()
            .decode(pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", ""));
    if (pem.contains("RSA PRIVATE KEY")) {
      // PKCS #8 is PKCS #1 behind a fixed head whose lengths are those of the content.
      byte[] head =
          java.util.HexFormat.of().parseHex("30820000020100300d06092a864886f70d010101050004820000");
      head[2] = (byte) ((der.length + 22) >> 8);
      head[3] = (byte) (der.length + 22);
      head[24] = (byte) (der.length >> 8);
      head[25] = (byte) der.length;
      return KeyFactory.getInstance("RSA")
          .generatePrivate(
              new PKCS8EncodedKeySpec(Bytes.of(head).concat(Bytes.of(der)).toByteArray()));
    }
    try {
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (java.security.spec.InvalidKeySpecException _) {
      return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
    }
  }
}
