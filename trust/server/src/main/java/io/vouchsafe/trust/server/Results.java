package io.vouchsafe.trust.server;

import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.http.server.HttpRequest;
import io.vouchsafe.trust.core.AttestOutcome;
import io.vouchsafe.trust.core.Step;
import io.vouchsafe.trust.core.TransactionRefusedException;
import io.vouchsafe.trust.core.TrustCore;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.RefusedException;
import java.time.InstantSource;
import java.util.Optional;

/// Finds the attestation result that a request stands on: that of its session, else that of its
/// bearer token, which may be ours or of another service that the operator trusts.
final class Results {
  private static final String BEARER = "Bearer ";

  private final TrustCore core;
  private final ForeignTokens foreign;
  private final boolean foreignPossible;
  private final String ownKeyId;
  private final InstantSource clock;

  /// @param jwks our own keys, to tell our tokens from others
  Results(
      TrustCore core,
      ForeignTokens foreign,
      boolean foreignPossible,
      Json.Obj jwks,
      InstantSource clock) {
    this.core = core;
    this.foreign = foreign;
    this.foreignPossible = foreignPossible;
    this.ownKeyId = keyId(jwks);
    this.clock = clock;
  }

  private static String keyId(Json.Obj jwks) {
    try {
      return jwks.array("keys").getFirst().asObject("key").string("kid");
    } catch (FormatException e) {
      throw new IllegalStateException("our own keys have ids", e);
    }
  }

  /// What a request may stand on.
  sealed interface Found {
    /// A result that was verified.
    record Result(AttestationResult result) implements Found {}

    /// The request bears neither an attested session nor a token.
    record Nothing() implements Found {}

    /// The token does not verify; recorded already.
    record Bad(io.vouchsafe.trust.core.Refused refused) implements Found {}
  }

  /// The result of the request's attested session or of its token.
  Found of(HttpRequest request) {
    Optional<AttestationResult> attested = ofSession(request);
    return attested.isPresent() ? new Found.Result(attested.get()) : ofBearer(request);
  }

  private Optional<AttestationResult> ofSession(HttpRequest request) {
    Optional<String> id = SessionCookie.of(request);
    if (id.isEmpty()) {
      return Optional.empty();
    }
    try {
      return core.session(Tenant.DEFAULT, id.get()).attested().map(AttestOutcome.Attested::result);
    } catch (TransactionRefusedException _) {
      // Unknown or over: as if there were no cookie. The token, if any, decides.
      return Optional.empty();
    }
  }

  /// The result of the request's bearer token. The scheme's case counts, as with the reference.
  Found ofBearer(HttpRequest request) {
    String header = request.header("Authorization").orElse("");
    if (!header.startsWith(BEARER)) {
      return new Found.Nothing();
    }
    String token = header.substring(BEARER.length());
    try {
      return new Found.Result(
          foreignPossible && !isOwn(token)
              ? foreign.verify(token, clock.instant())
              : core.resultOf(Tenant.DEFAULT, token));
    } catch (TransactionRefusedException e) {
      return new Found.Bad(e.refused());
    } catch (RefusedException e) {
      return new Found.Bad(core.refuse(Tenant.DEFAULT, Step.DECIDE, e));
    }
  }

  /// Whether the token says that our key signed it. Only decides who verifies it.
  private boolean isOwn(String token) {
    int dot = token.indexOf('.');
    if (dot < 0) {
      return true;
    }
    try {
      return Json.parseObject(Bytes.fromBase64Url(token.substring(0, dot)), JsonLimits.MESSAGE)
          .optionalString("kid")
          .filter(ownKeyId::equals)
          .isPresent();
    } catch (FormatException _) {
      return true;
    }
  }
}
