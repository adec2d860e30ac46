package io.vouchsafe.rego.internal.builtin;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.jspecify.annotations.Nullable;

/// The signature algorithms of JWS (RFC 7518 §3, RFC 8037) that policies can name.
enum JwtAlgorithm {
  RS256("SHA256withRSA", 0),
  RS384("SHA384withRSA", 0),
  RS512("SHA512withRSA", 0),
  PS256("SHA-256", 32),
  PS384("SHA-384", 48),
  PS512("SHA-512", 64),
  ES256("SHA256withECDSAinP1363Format", 0),
  ES384("SHA384withECDSAinP1363Format", 0),
  ES512("SHA512withECDSAinP1363Format", 0),
  HS256("HmacSHA256", 0),
  HS384("HmacSHA384", 0),
  HS512("HmacSHA512", 0),
  EDDSA("Ed25519", 0);

  private final String jca;
  private final int salt;

  JwtAlgorithm(String jca, int salt) {
    this.jca = jca;
    this.salt = salt;
  }

  static @Nullable JwtAlgorithm named(String name) {
    for (JwtAlgorithm algorithm : values()) {
      if (algorithm.wireName().equals(name)) {
        return algorithm;
      }
    }
    return null;
  }

  String wireName() {
    return this == EDDSA ? "EdDSA" : name();
  }

  boolean symmetric() {
    return this == HS256 || this == HS384 || this == HS512;
  }

  private boolean suits(Object key) {
    return switch (name().charAt(0)) {
      case 'R', 'P' -> key instanceof RSAKey;
      case 'E' -> this == EDDSA ? key instanceof EdECKey : key instanceof ECKey;
      default -> false;
    };
  }

  private Signature signature() throws GeneralSecurityException {
    if (salt == 0) {
      return Signature.getInstance(jca);
    }
    Signature signature = Signature.getInstance("RSASSA-PSS");
    signature.setParameter(new PSSParameterSpec(jca, "MGF1", new MGF1ParameterSpec(jca), salt, 1));
    return signature;
  }

  /// Whether `key` made the signature; a key of another kind did not.
  boolean verifies(PublicKey key, byte[] signed, byte[] signature) {
    if (!suits(key)) {
      return false;
    }
    try {
      Signature verifier = signature();
      verifier.initVerify(key);
      verifier.update(signed);
      return verifier.verify(signature);
    } catch (GeneralSecurityException _) {
      return false; // a signature of another length or form
    }
  }

  boolean verifies(byte[] secret, byte[] signed, byte[] code) {
    return symmetric() && MessageDigest.isEqual(Cryptography.code(jca, secret, signed), code);
  }

  byte[] sign(Object key, byte[] data) throws BuiltinException {
    if (symmetric() && key instanceof byte[] secret) {
      return Cryptography.code(jca, secret, data);
    }
    if (!suits(key) || !(key instanceof PrivateKey privateKey)) {
      throw BuiltinException.failed("the key is not one of algorithm " + wireName());
    }
    try {
      Signature signer = signature();
      signer.initSign(privateKey);
      signer.update(data);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw BuiltinException.failed("the key cannot sign: " + e.getMessage());
    }
  }
}
