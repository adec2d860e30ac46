package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A signed token in compact form (RFC 7515), read but believed by nobody yet: its parts, and a
/// check of the signature by a key that the caller chose. The kind of key decides which algorithms
/// there can be, so a public key is never taken for a shared secret and `none` is never an answer.
///
/// @param header the protected header
/// @param payload the claim set
/// @param input what the signature is over
/// @param signature the signature
record Jws(Json.Obj header, Json.Obj payload, String input, Bytes signature) {
  private static final int MAX_LENGTH = 1 << 20;
  private static final int MIN_RSA_BITS = 2048;

  /// ECDSA by the size of the curve's order in bits.
  private static final Map<Integer, Scheme> ECDSA =
      Map.of(
          256, new Scheme("ES256", "SHA256withECDSAinP1363Format", null),
          384, new Scheme("ES384", "SHA384withECDSAinP1363Format", null),
          521, new Scheme("ES512", "SHA512withECDSAinP1363Format", null));

  private static final Map<String, Scheme> RSA =
      Map.of(
          "RS256", new Scheme("RS256", "SHA256withRSA", null),
          "RS384", new Scheme("RS384", "SHA384withRSA", null),
          "RS512", new Scheme("RS512", "SHA512withRSA", null),
          "PS256", new Scheme("PS256", "RSASSA-PSS", pss("SHA-256", MGF1ParameterSpec.SHA256, 32)),
          "PS384", new Scheme("PS384", "RSASSA-PSS", pss("SHA-384", MGF1ParameterSpec.SHA384, 48)),
          "PS512", new Scheme("PS512", "RSASSA-PSS", pss("SHA-512", MGF1ParameterSpec.SHA512, 64)));

  private record Scheme(String name, String jca, @Nullable PSSParameterSpec parameters) {}

  private static PSSParameterSpec pss(String hash, MGF1ParameterSpec mask, int salt) {
    return new PSSParameterSpec(hash, "MGF1", mask, salt, 1);
  }

  Jws {
    Objects.requireNonNull(header, "header");
    Objects.requireNonNull(payload, "payload");
  }

  /// Takes a token apart.
  ///
  /// @throws FormatException if it is not of that form, or demands an extension
  static Jws parse(String token) throws FormatException {
    if (token.length() > MAX_LENGTH) {
      throw FormatException.oversized(
          0, "a token of at most " + MAX_LENGTH + " characters", token.length() + " characters");
    }
    int first = token.indexOf('.');
    int second = token.indexOf('.', first + 1);
    if (first < 0 || second < 0 || token.indexOf('.', second + 1) >= 0) {
      throw FormatException.malformed(0, "three parts joined by dots", "other");
    }
    Json.Obj header = object(token.substring(0, first));
    header.string("alg");
    if (header.get("crit").isPresent() || header.get("b64").isPresent()) {
      throw FormatException.malformed(0, "no critical extension", "one");
    }
    return new Jws(
        header,
        object(token.substring(first + 1, second)),
        token.substring(0, second),
        Bytes.fromBase64Url(token.substring(second + 1)));
  }

  private static Json.Obj object(String part) throws FormatException {
    return Json.parseObject(Bytes.fromBase64Url(part), JsonLimits.MESSAGE);
  }

  String algorithm() {
    try {
      return header.string("alg");
    } catch (FormatException e) {
      throw new IllegalStateException("checked when it was parsed", e);
    }
  }

  /// Whether `key` made the signature, with an algorithm that goes with it.
  boolean signedBy(PublicKey key) {
    Optional<Scheme> scheme = scheme(key).filter(it -> it.name().equals(algorithm()));
    if (scheme.isEmpty()) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance(scheme.get().jca());
      PSSParameterSpec parameters = scheme.get().parameters();
      if (parameters != null) {
        verifier.setParameter(parameters);
      }
      verifier.initVerify(key);
      verifier.update(input.getBytes(StandardCharsets.US_ASCII));
      return verifier.verify(signature.toByteArray());
    } catch (GeneralSecurityException _) {
      // A signature of the wrong length is as good as a wrong one.
      return false;
    }
  }

  private Optional<Scheme> scheme(PublicKey key) {
    return switch (key) {
      case ECPublicKey ec -> Optional.ofNullable(ECDSA.get(ec.getParams().getOrder().bitLength()));
      case RSAPublicKey rsa ->
          rsa.getModulus().bitLength() < MIN_RSA_BITS
              ? Optional.empty()
              : Optional.ofNullable(RSA.get(algorithm()));
      case EdECPublicKey ed ->
          ed.getParams().getName().equals("Ed25519")
              ? Optional.of(new Scheme("EdDSA", "Ed25519", null))
              : Optional.empty();
      default -> Optional.empty();
    };
  }
}
