package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.CborLimits;
import io.vouchsafe.encoding.CoseAlgorithm;
import io.vouchsafe.encoding.CoseSign1;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;

/// Reads EAR tokens in JWT and CWT form, with the names of deployed services (`ear.status`, …) or
/// those of the draft (`ear_status`, …).
public final class EarToken {
  /// Longest token, in characters.
  public static final int MAX_LENGTH = 1 << 20;

  /// How far `exp` may lie in the past: what the reference broker allows.
  public static final Duration LEEWAY = Duration.ofSeconds(60);

  private EarToken() {}

  /// Verifies form, signature and claim set with `key`; the key in the token's header is not looked
  /// at, nor is `exp`.
  ///
  /// @param token compact JWS
  /// @param key a key on P-256 that the caller trusts
  /// @param provider whose ECDSA is used
  /// @return the claim set
  /// @throws RefusedException with [Code#TOKEN_INVALID]
  public static Json.Obj verify(String token, ECPublicKey key, Provider provider)
      throws RefusedException {
    if (token.length() > MAX_LENGTH) {
      throw refused(EarCheck.FORM, "at most " + MAX_LENGTH + " characters", "" + token.length());
    }
    int first = token.indexOf('.');
    int second = token.indexOf('.', first + 1);
    if (first < 0 || second < 0 || token.indexOf('.', second + 1) >= 0) {
      throw refused(EarCheck.FORM, "three parts joined by dots", "other");
    }
    try {
      Json.Obj header = parse(token.substring(0, first));
      String algorithm = header.string("alg");
      if (!algorithm.equals("ES256")) {
        throw refused(EarCheck.ALGORITHM, "ES256", algorithm);
      }
      // A critical extension that is not understood must not be ignored (RFC 7515 §4.1.11).
      if (header.get("crit").isPresent()) {
        throw refused(EarCheck.FORM, "no critical extension", header.require("crit").compact());
      }
      Bytes signature = Bytes.fromBase64Url(token.substring(second + 1));
      if (!verifies(token.substring(0, second), signature, key, provider)) {
        throw refused(EarCheck.SIGNATURE, "a signature by the issuer's key", "another");
      }
      Json.Obj claims = parse(token.substring(first + 1, second));
      mandatory(claims);
      return claims;
    } catch (FormatException e) {
      throw refused(EarCheck.FORM, e.expected(), e.found());
    }
  }

  /// As [#verify(String, ECPublicKey, Provider)], for a token in CBOR: a COSE_Sign1 over a claim
  /// set.
  ///
  /// @return the claim set under the names that tokens in JSON have
  /// @throws RefusedException with [Code#TOKEN_INVALID]
  public static Json.Obj verify(Bytes token, ECPublicKey key) throws RefusedException {
    if (token.size() > MAX_LENGTH) {
      throw refused(EarCheck.FORM, "at most " + MAX_LENGTH + " bytes", "" + token.size());
    }
    try {
      CoseSign1 message = CoseSign1.parse(token, CborLimits.MESSAGE);
      if (message.algorithm() != CoseAlgorithm.ES256 || !CoseAlgorithm.ES256.suits(key)) {
        throw refused(EarCheck.ALGORITHM, "ES256", message.algorithm().toString());
      }
      if (!message.isSignedBy(key)) {
        throw refused(EarCheck.SIGNATURE, "a signature by the issuer's key", "another");
      }
      Json.Obj claims = claims(message.requirePayload());
      mandatory(claims);
      return claims;
    } catch (FormatException e) {
      throw refused(EarCheck.FORM, e.expected(), e.found());
    }
  }

  /// Reads a claim set in CBOR, which nobody has verified, under the names of tokens in JSON.
  public static Json.Obj claims(Bytes cbor) throws FormatException {
    return EarCbor.parse(cbor);
  }

  /// As [#verify(String, ECPublicKey, Provider)], then reads the claim set as a result that is in
  /// force at `at`.
  ///
  /// @throws RefusedException with [Code#TOKEN_INVALID] or [Code#TOKEN_EXPIRED]
  public static AttestationResult result(
      String token, ECPublicKey key, Provider provider, Instant at) throws RefusedException {
    AttestationResult result;
    try {
      result = AttestationResult.ofVerifiedClaims(verify(token, key, provider));
    } catch (FormatException e) {
      throw refused(EarCheck.CLAIMS, e.expected(), e.found());
    }
    requireInForce(EarCheck.EXPIRY, result, at);
    return result;
  }

  /// Demands that a result has not ended and, where it says from when on it counts, has begun.
  ///
  /// @param check lists [Code#TOKEN_EXPIRED] and [Code#TOKEN_INVALID]
  public static void requireInForce(Check check, AttestationResult result, Instant at)
      throws RefusedException {
    if (!at.isBefore(result.expires().plus(LEEWAY))) {
      throw new RefusedException(
          check, Code.TOKEN_EXPIRED, "an end after " + at, "" + result.expires());
    }
    if (result.notBefore().isPresent() && at.isBefore(result.notBefore().get().minus(LEEWAY))) {
      throw new RefusedException(
          check, Code.TOKEN_INVALID, "a begin before " + at, "" + result.notBefore().get());
    }
  }

  private static Json.Obj parse(String part) throws FormatException {
    return Json.parseObject(Bytes.fromBase64Url(part), JsonLimits.MESSAGE);
  }

  /// draft-ietf-rats-ear §3.1: profile, time, verifier, at least one submodule with a status.
  private static void mandatory(Json.Obj token) throws RefusedException {
    try {
      Json.Obj claims = EarDraft.deployed(token);
      claims.string("eat_profile");
      NumericDate.of(claims, "iat");
      claims.object("ear.verifier-id");
      Json.Obj submods = claims.object("submods");
      if (submods.members().isEmpty()) {
        throw refused(EarCheck.CLAIMS, "at least one submodule", "none");
      }
      for (Json submodule : submods.members().values()) {
        TrustTier.parse(submodule.asObject("submodule").string("ear.status"));
      }
    } catch (FormatException e) {
      throw refused(EarCheck.CLAIMS, e.expected(), e.found());
    }
  }

  private static boolean verifies(
      String input, Bytes signature, ECPublicKey key, Provider provider) {
    try {
      Signature verifier = Signature.getInstance(EarSigner.ALGORITHM, provider);
      verifier.initVerify(key);
      verifier.update(input.getBytes(StandardCharsets.US_ASCII));
      return verifier.verify(signature.toByteArray());
    } catch (GeneralSecurityException _) {
      // Wrong length or range of the signature: as good as a wrong one.
      return false;
    }
  }

  private static RefusedException refused(EarCheck check, String expected, String found) {
    return new RefusedException(check, Code.TOKEN_INVALID, expected, found);
  }
}
