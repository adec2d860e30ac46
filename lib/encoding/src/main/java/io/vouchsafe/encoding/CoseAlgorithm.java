package io.vouchsafe.encoding;

import io.vouchsafe.verdict.Code;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/// The signature algorithms of COSE that are accepted here (RFC 9053 §2.1, RFC 8812 §2). ECDSA is
/// tied to the curve of its size, which the RFC leaves open and every profile closes.
public enum CoseAlgorithm {
  ES256(-7, "SHA256withECDSAinP1363Format", 256, ""),
  ES384(-35, "SHA384withECDSAinP1363Format", 384, ""),
  ES512(-36, "SHA512withECDSAinP1363Format", 521, ""),
  PS256(-37, "RSASSA-PSS", 2048, "SHA-256"),
  PS384(-38, "RSASSA-PSS", 2048, "SHA-384"),
  PS512(-39, "RSASSA-PSS", 2048, "SHA-512");

  private final long id;
  private final String jca;
  private final int keyBits;
  private final String pssHash;

  CoseAlgorithm(long id, String jca, int keyBits, String pssHash) {
    this.id = id;
    this.jca = jca;
    this.keyBits = keyBits;
    this.pssHash = pssHash;
  }

  /// The number that stands in the header.
  public long id() {
    return id;
  }

  /// The algorithm with that number.
  ///
  /// @throws FormatException with [Code#UNSUPPORTED_ALGORITHM] if there is none here
  public static CoseAlgorithm of(long id) throws FormatException {
    for (CoseAlgorithm algorithm : values()) {
      if (algorithm.id == id) {
        return algorithm;
      }
    }
    throw new FormatException(
        Code.UNSUPPORTED_ALGORITHM,
        FormatException.NO_OFFSET,
        "COSE algorithm -7, -35 to -39",
        Long.toString(id));
  }

  /// Whether `key` is of the kind, curve and least size that belong to this algorithm.
  public boolean suits(PublicKey key) {
    return switch (key) {
      case ECPublicKey ec ->
          pssHash.isEmpty() && ec.getParams().getCurve().getField().getFieldSize() == keyBits;
      case RSAPublicKey rsa -> !pssHash.isEmpty() && rsa.getModulus().bitLength() >= keyBits;
      default -> false;
    };
  }

  /// Whether `signature` is one by `key` over `signed`. A key that does not suit and a signature
  /// that cannot be one are answered with `false`. Nothing is said about who owns the key.
  public boolean check(PublicKey key, Bytes signed, Bytes signature) {
    if (!suits(key)) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance(jca);
      if (!pssHash.isEmpty()) {
        verifier.setParameter(pss());
      }
      verifier.initVerify(key);
      verifier.update(signed.raw());
      return verifier.verify(signature.raw());
    } catch (java.security.SignatureException | InvalidKeyException _) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + jca, e);
    }
  }

  /// RFC 8230 §2: MGF1 with the same hash, salt as long as the hash.
  private AlgorithmParameterSpec pss() {
    int bytes = Integer.parseInt(pssHash.substring(4)) / 8;
    return new PSSParameterSpec(
        pssHash, "MGF1", new MGF1ParameterSpec(pssHash), bytes, PSSParameterSpec.TRAILER_FIELD_BC);
  }
}
