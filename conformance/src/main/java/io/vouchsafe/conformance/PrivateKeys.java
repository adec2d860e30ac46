package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.DerWriter;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.encoding.PemBlock;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.KeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPrivateCrtKeySpec;

/// The private keys of test cases, in the forms that occur there. Not for keys that matter: these
/// are public.
final class PrivateKeys {
  private static final String RSA = "1.2.840.113549.1.1.1";
  private static final String EC = "1.2.840.10045.2.1";

  private PrivateKeys() {}

  /// A key in PKCS #8, PKCS #1 or SEC 1.
  static PrivateKey ofPem(Bytes text) throws FormatException {
    for (PemBlock block : Pem.parse(text)) {
      switch (block.label()) {
        case "PRIVATE KEY" -> {
          return ofPkcs8(block.content());
        }
        case "RSA PRIVATE KEY" -> {
          Bytes algorithm = DerWriter.sequence(DerWriter.oid(RSA), DerWriter.nothing());
          return make("RSA", new PKCS8EncodedKeySpec(wrap(algorithm, block.content())));
        }
        case "EC PRIVATE KEY" -> {
          Bytes algorithm = DerWriter.sequence(DerWriter.oid(EC), curve(block.content()));
          return make("EC", new PKCS8EncodedKeySpec(wrap(algorithm, block.content())));
        }
        default -> {
          // EC PARAMETERS and the like may stand before the key.
        }
      }
    }
    throw FormatException.unexpected("a private key in PEM", "none");
  }

  private static PrivateKey ofPkcs8(Bytes der) throws FormatException {
    DerReader info = DerReader.of(der).onlySequence();
    info.integer("version");
    String algorithm = info.sequence("algorithm").oid("algorithm");
    return make(algorithm.equals(RSA) ? "RSA" : "EC", new PKCS8EncodedKeySpec(der.toByteArray()));
  }

  private static byte[] wrap(Bytes algorithm, Bytes key) {
    return DerWriter.sequence(DerWriter.integer(0), algorithm, DerWriter.octetString(key))
        .toByteArray();
  }

  /// RFC 5915: the curve stands in the key.
  private static Bytes curve(Bytes key) throws FormatException {
    DerReader in = DerReader.of(key).onlySequence();
    in.integer("version");
    in.octetString("key");
    var parameters = in.optional(0);
    if (parameters.isEmpty()) {
      throw FormatException.unexpected("the curve of the key", "none");
    }
    return parameters.get().element("curve");
  }

  /// A private JWK of kind EC or RSA.
  static PrivateKey ofJwk(Json.Obj jwk) throws FormatException {
    String kind = jwk.string("kty");
    if (kind.equals("EC")) {
      String curve =
          switch (jwk.string("crv")) {
            case "P-256" -> "secp256r1";
            case "P-384" -> "secp384r1";
            case "P-521" -> "secp521r1";
            default -> throw FormatException.unexpected("a NIST curve", jwk.string("crv"));
          };
      return make("EC", new ECPrivateKeySpec(number(jwk, "d"), parameters(curve)));
    } else if (kind.equals("RSA")) {
      return make(
          "RSA",
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
    throw FormatException.unexpected("a key of kind EC or RSA", kind);
  }

  private static BigInteger number(Json.Obj jwk, String member) throws FormatException {
    return new BigInteger(1, Bytes.fromBase64Url(jwk.string(member)).toByteArray());
  }

  private static ECParameterSpec parameters(String curve) {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(curve));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has " + curve, e);
    }
  }

  private static PrivateKey make(String algorithm, KeySpec spec) throws FormatException {
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(spec);
    } catch (GeneralSecurityException e) {
      throw FormatException.unexpected(
          "a private key of " + algorithm, String.valueOf(e.getMessage()));
    }
  }
}
