package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.protocol.Jwk;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;

/// Public keys for signatures in JWK form.
final class JwkKeys {
  private static final int ED25519_BYTES = 32;
  private static final int MAX_RSA_BYTES = 1024;

  private JwkKeys() {}

  /// A key of kind EC, RSA or OKP (Ed25519).
  ///
  /// @throws FormatException if it is another or not valid
  static PublicKey parse(Json.Obj jwk) throws FormatException {
    String kind = jwk.string("kty");
    try {
      return switch (kind) {
        // The point check is that of keys for encryption; the algorithm is the caller's matter.
        case "EC" -> Jwk.parse(jwk.with("alg", Json.of(Jwk.Ec.ALGORITHM))).toPublicKey();
        case "RSA" ->
            KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(number(jwk, "n"), number(jwk, "e")));
        case "OKP" -> ed25519(jwk);
        default -> throw FormatException.malformed(0, "a key of kind EC, RSA or OKP", kind);
      };
    } catch (GeneralSecurityException _) {
      throw FormatException.malformed(0, "a valid key", "one that is not");
    }
  }

  private static PublicKey ed25519(Json.Obj jwk) throws FormatException, GeneralSecurityException {
    Bytes x = Bytes.fromBase64Url(jwk.string("x"));
    if (!jwk.string("crv").equals("Ed25519") || x.size() != ED25519_BYTES) {
      throw FormatException.malformed(0, "a key on Ed25519", jwk.string("crv"));
    }
    byte[] bigEndian = new byte[ED25519_BYTES];
    for (int i = 0; i < ED25519_BYTES; i++) {
      bigEndian[i] = (byte) x.at(ED25519_BYTES - 1 - i);
    }
    boolean odd = (bigEndian[0] & 0x80) != 0;
    bigEndian[0] &= 0x7f;
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(
            new EdECPublicKeySpec(
                NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, bigEndian))));
  }

  private static BigInteger number(Json.Obj jwk, String member) throws FormatException {
    Bytes value = Bytes.fromBase64Url(jwk.string(member));
    if (value.size() > MAX_RSA_BYTES) {
      throw FormatException.oversized(0, "a number of at most 8192 bits", value.size() + " bytes");
    }
    return new BigInteger(1, value.toByteArray());
  }
}
