package io.vouchsafe.trust.server;

import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.appraisal.EarToken;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Verifies tokens of other attestation services (passport): the header's key must be that of a
/// certificate that leads to one the operator trusts (specs/kbs-protocol §4.2). Without trusted
/// certificates there are no foreign tokens.
final class ForeignTokens {
  private static final int MAX_CHAIN = 10;

  private final List<X509Certificate> trusted;
  private final Set<String> audiences;

  /// @param audiences whom a token may be for that says whom it is for
  ForeignTokens(List<X509Certificate> trusted, Set<String> audiences) {
    this.trusted = List.copyOf(trusted);
    this.audiences = Set.copyOf(audiences);
  }

  /// The result that a token states.
  ///
  /// @throws RefusedException with [Code#TOKEN_INVALID] or [Code#TOKEN_EXPIRED]
  AttestationResult verify(String text, Instant now) throws RefusedException {
    try {
      Jws token = Jws.parse(text);
      Json.Obj jwk = token.header().object("jwk");
      PublicKey key = endorsed(jwk, now);
      if (!jwk.string("alg").equals(token.algorithm()) || !token.signedBy(key)) {
        throw invalid("a signature by the certified key", "another");
      }
      AttestationResult result = AttestationResult.ofVerifiedClaims(token.payload());
      EarToken.requireInForce(FacadeCheck.TOKEN, result, now);
      audience(token.payload());
      return result;
    } catch (FormatException e) {
      throw invalid(e.expected(), e.found());
    }
  }

  /// A token for somebody else must not be good here (RFC 7519 §4.1.3).
  private void audience(Json.Obj claims) throws RefusedException, FormatException {
    Optional<Json> named = claims.present("aud");
    if (named.isEmpty()) {
      return;
    }
    List<Json> items =
        named.get() instanceof Json.Arr(List<Json> several) ? several : List.of(named.get());
    for (Json item : items) {
      if (audiences.contains(item.asString("aud"))) {
        return;
      }
    }
    throw invalid("a token for one of " + audiences, named.get().compact());
  }

  /// The key of `jwk`, if its own certificate chain vouches for it.
  PublicKey endorsed(Json.Obj jwk, Instant now) throws RefusedException, FormatException {
    if (trusted.isEmpty()) {
      throw invalid("a token of this server", "another issuer, and no certificates are trusted");
    }
    List<X509Certificate> chain = chain(jwk);
    PublicKey key = JwkKeys.parse(jwk);
    X509Certificate leaf = chain.getFirst();
    if (!Bytes.of(leaf.getPublicKey().getEncoded()).equals(Bytes.of(key.getEncoded()))) {
      throw invalid("the key of the first certificate", "another key");
    }
    if (trusted.contains(leaf)) {
      requireInForce(leaf, now);
    } else {
      path(leaf, chain, now);
    }
    return key;
  }

  /// A path to a trusted certificate is checked for dates; one that is trusted itself has no path.
  private static void requireInForce(X509Certificate leaf, Instant now) throws RefusedException {
    try {
      leaf.checkValidity(Date.from(now));
    } catch (CertificateException e) {
      throw invalid("a trusted certificate that is in force", String.valueOf(e.getMessage()));
    }
  }

  private static List<X509Certificate> chain(Json.Obj jwk)
      throws RefusedException, FormatException {
    List<X509Certificate> chain = new ArrayList<>();
    if (jwk.present("x5c").isPresent()) {
      List<Json> items = jwk.array("x5c");
      if (items.size() > MAX_CHAIN) {
        throw invalid("at most " + MAX_CHAIN + " certificates", items.size() + "");
      }
      for (Json item : items) {
        chain.add(certificate(item.asString("x5c")));
      }
    }
    if (chain.isEmpty()) {
      throw invalid("certificates for the key (x5c)", "none");
    }
    return chain;
  }

  /// Base64 of either alphabet, line breaks inside ignored: what the reference broker reads.
  private static X509Certificate certificate(String text) throws RefusedException {
    String joined = text.replace("\n", "").replace("\r", "");
    try {
      return KeyFile.certificate(Bytes.of(decode(joined)));
    } catch (CertificateException | IllegalArgumentException _) {
      throw invalid("certificates in base64 of DER", "something else");
    }
  }

  private static byte[] decode(String text) {
    boolean url = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
    return url ? Base64.getUrlDecoder().decode(text) : Base64.getDecoder().decode(text);
  }

  private void path(X509Certificate leaf, List<X509Certificate> untrusted, Instant now)
      throws RefusedException {
    try {
      Set<TrustAnchor> anchors = new HashSet<>();
      for (X509Certificate certificate : trusted) {
        anchors.add(new TrustAnchor(certificate, null));
      }
      X509CertSelector target = new X509CertSelector();
      target.setCertificate(leaf);
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
      parameters.setDate(Date.from(now));
      // There is no revocation service for these certificates; they live as long as their key.
      parameters.setRevocationEnabled(false);
      parameters.setMaxPathLength(MAX_CHAIN);
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(untrusted)));
      CertPathBuilder.getInstance("PKIX").build(parameters);
    } catch (GeneralSecurityException e) {
      throw invalid("certificates that lead to a trusted one", String.valueOf(e.getMessage()));
    }
  }

  private static RefusedException invalid(String expected, String found) {
    return new RefusedException(FacadeCheck.TOKEN, Code.TOKEN_INVALID, expected, found);
  }
}
