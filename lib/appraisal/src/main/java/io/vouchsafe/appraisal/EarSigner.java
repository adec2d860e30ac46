package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.Json;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// Signs EAR tokens with ES256. The header bears the key itself, its thumbprint as `kid` and, where
/// there is a certificate, its chain as `x5c` (specs/kbs-protocol §12.1). Thread-safe.
public final class EarSigner {
  static final String ALGORITHM = "SHA256withECDSAinP1363Format";
  private static final int FIELD = 32;
  private static final int P256_BITS = 256;

  /// Characters of 64 bytes in base64url without padding.
  private static final int SIGNATURE = 86;

  private final PrivateKey key;
  private final ECPublicKey publicKey;
  private final Provider provider;
  private final Json.Obj jwk;
  private final byte[] header;

  private EarSigner(
      PrivateKey key, ECPublicKey publicKey, Provider provider, Json.Obj jwk, String kid) {
    this.key = key;
    this.publicKey = publicKey;
    this.provider = provider;
    this.jwk = jwk.with("kid", Json.of(kid));
    this.header =
        base64Url(
                Json.object()
                    .put("typ", "JWT")
                    .put("alg", "ES256")
                    .put("jwk", jwk)
                    .put("kid", kid)
                    .build()
                    .toUtf8())
            .getBytes(StandardCharsets.US_ASCII);
  }

  /// A signer.
  ///
  /// @param pair a key on P-256
  /// @param chain the certificate of that key and what leads from it to a root; empty for none
  /// @param provider whose ECDSA is used
  /// @throws InvalidKeyException if the key is not on P-256, or not that of the certificate
  public static EarSigner of(KeyPair pair, List<X509Certificate> chain, Provider provider)
      throws InvalidKeyException {
    if (!(pair.getPublic() instanceof ECPublicKey publicKey)
        || publicKey.getParams().getOrder().bitLength() != P256_BITS) {
      throw new InvalidKeyException("tokens are signed with a key on P-256");
    }
    if (!chain.isEmpty() && !chain.getFirst().getPublicKey().equals(publicKey)) {
      throw new InvalidKeyException("the certificate is for another key");
    }
    String x = coordinate(publicKey.getW().getAffineX());
    String y = coordinate(publicKey.getW().getAffineY());
    return new EarSigner(
        pair.getPrivate(), publicKey, provider, jwk(x, y, chain), thumbprint(x, y));
  }

  private static Json.Obj jwk(String x, String y, List<X509Certificate> chain)
      throws InvalidKeyException {
    Json.ObjBuilder jwk = Json.object().put("alg", "ES256");
    if (!chain.isEmpty()) {
      List<String> encoded = new ArrayList<>();
      for (X509Certificate certificate : chain) {
        try {
          encoded.add(Base64.getEncoder().encodeToString(certificate.getEncoded()));
        } catch (CertificateEncodingException e) {
          throw new InvalidKeyException("a certificate cannot be encoded", e);
        }
      }
      jwk.put("x5c", Json.strings(encoded));
    }
    return jwk.put("kty", "EC").put("crv", "P-256").put("x", x).put("y", y).build();
  }

  private static String coordinate(BigInteger value) {
    byte[] fixed = new byte[FIELD];
    byte[] raw = value.toByteArray();
    int length = Math.min(raw.length, FIELD);
    System.arraycopy(raw, raw.length - length, fixed, FIELD - length, length);
    return base64Url(fixed);
  }

  /// RFC 7638: SHA-256 over the required members in lexical order.
  private static String thumbprint(String x, String y) {
    String canonical =
        Json.object()
            .put("crv", "P-256")
            .put("kty", "EC")
            .put("x", x)
            .put("y", y)
            .build()
            .compact();
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return base64Url(sha256.digest(canonical.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String base64Url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /// The token of a result: a compact JWS.
  public String sign(AttestationResult result) {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    byte[] claims = encoder.encode(result.claims().toUtf8());
    // Header, claims and signature with dots between them, in the one array.
    byte[] token = Arrays.copyOf(header, header.length + 1 + claims.length + 1 + SIGNATURE);
    int input = header.length + 1 + claims.length;
    token[header.length] = '.';
    System.arraycopy(claims, 0, token, header.length + 1, claims.length);
    token[input] = '.';
    try {
      Signature signature = Signature.getInstance(ALGORITHM, provider);
      signature.initSign(key);
      signature.update(token, 0, input);
      byte[] signed = encoder.encode(signature.sign());
      System.arraycopy(signed, 0, token, input + 1, SIGNATURE);
      return new String(token, StandardCharsets.US_ASCII);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the token key does not sign", e);
    }
  }

  /// The public key, for [EarToken#verify].
  public ECPublicKey publicKey() {
    return publicKey;
  }

  /// The provider whose ECDSA is used.
  public Provider provider() {
    return provider;
  }

  /// The JWK set that others verify our tokens with.
  public Json.Obj jwks() {
    return Json.object().put("keys", Json.array(jwk)).build();
  }
}
