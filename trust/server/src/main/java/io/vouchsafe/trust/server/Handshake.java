package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.http.server.BodyTooLargeException;
import io.vouchsafe.http.server.HttpAnswer;
import io.vouchsafe.http.server.HttpRequest;
import io.vouchsafe.protocol.AttestRequest;
import io.vouchsafe.protocol.AuthRequest;
import io.vouchsafe.protocol.BrokerError;
import io.vouchsafe.protocol.ChallengeMessage;
import io.vouchsafe.protocol.ProtocolVersion;
import io.vouchsafe.protocol.Tee;
import io.vouchsafe.trust.core.AttestOutcome;
import io.vouchsafe.trust.core.Challenge;
import io.vouchsafe.trust.core.ChallengeRequest;
import io.vouchsafe.trust.core.EvidenceSet;
import io.vouchsafe.trust.core.Refused;
import io.vouchsafe.trust.core.SessionView;
import io.vouchsafe.trust.core.Step;
import io.vouchsafe.trust.core.TransactionRefusedException;
import io.vouchsafe.trust.core.TrustCore;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import java.util.Optional;

/// The RCAR handshake (specs/kbs-protocol §2): turns its messages into the transaction's, and works
/// out what the evidence must bind. That is the only thing in which protocol versions differ.
final class Handshake {
  private static final String KEPT_VERSION = "version";
  private static final String AUTH_FAILED = "Attestation error: RCAR handshake Auth failed: ";
  private static final String ATTEST_FAILED = "Attestation error: RCAR handshake Attest failed";

  private final TrustCore core;
  private final Replies replies;
  private final Metrics metrics;
  private final InitDataCache initDatas = new InitDataCache();

  Handshake(TrustCore core, Replies replies, Metrics metrics) {
    this.core = core;
    this.replies = replies;
    this.metrics = metrics;
  }

  /// `POST auth`
  HttpAnswer auth(HttpRequest request) throws BodyTooLargeException {
    metrics.count(Metrics.Counter.AUTH_REQUESTS);
    AuthRequest message;
    try {
      message = AuthRequest.parse(request.body());
    } catch (FormatException e) {
      FacadeCheck check = e.code() == Code.UNSUPPORTED_TEE ? FacadeCheck.TEE : FacadeCheck.REQUEST;
      return authFailed(request, replies.refuse(Step.CHALLENGE, check, e), "deserialize Request");
    }
    ProtocolVersion version;
    try {
      version = ProtocolVersion.parse(message.version());
    } catch (FormatException e) {
      return authFailed(
          request,
          replies.refuse(Step.CHALLENGE, FacadeCheck.VERSION, e),
          e.code() == Code.UNSUPPORTED_VERSION
              ? "KBS Client Protocol Version Mismatch: expect =0.4.0 while the request is "
                  + message.version()
              : "failed to parse KBS version");
    }
    if (message.tee() == Tee.SE) {
      // Its challenge is made by a verifier, with keys that are not here.
      return authFailed(
          request,
          replies.refuse(
              Step.CHALLENGE,
              FacadeCheck.TEE,
              Code.UNSUPPORTED_TEE,
              "a TEE whose challenge is a nonce",
              message.tee().wireName()),
          "Attestation Service generate challenge failed");
    }
    return challenge(request, message.tee(), version);
  }

  private HttpAnswer challenge(HttpRequest request, Tee tee, ProtocolVersion version) {
    Json.Obj kept = Json.object().put(KEPT_VERSION, version.text()).build();
    Challenge challenge;
    try {
      challenge = core.challenge(Tenant.DEFAULT, new ChallengeRequest(tee.wireName(), kept));
    } catch (TransactionRefusedException e) {
      return authFailed(request, e.refused(), "Attestation Service generate challenge failed");
    }
    metrics.count(Metrics.Counter.AUTH_SUCCESSES);
    return HttpAnswer.json(200, ChallengeMessage.of(challenge.nonce()).toJson())
        .with("set-cookie", SessionCookie.set(challenge.sessionId(), challenge.expires()));
  }

  private HttpAnswer authFailed(HttpRequest request, Refused refused, String cause) {
    metrics.count(Metrics.Counter.AUTH_ERRORS);
    return replies.broker(
        request, refused, BrokerError.Kind.ATTESTATION_ERROR, AUTH_FAILED + cause);
  }

  /// `POST attest`
  HttpAnswer attest(HttpRequest request) throws BodyTooLargeException {
    metrics.count(Metrics.Counter.ATTESTATION_REQUESTS);
    Bytes body = request.body();
    Optional<String> id = SessionCookie.of(request);
    if (id.isEmpty()) {
      return attestFailed(
          request,
          replies.refuse(
              Step.CHALLENGE,
              FacadeCheck.SESSION,
              Code.SESSION_UNKNOWN,
              "the cookie of a session",
              "none"));
    }
    SessionView session;
    EvidenceSet evidence;
    try {
      session = core.session(Tenant.DEFAULT, id.get());
      evidence = evidence(body, session);
    } catch (TransactionRefusedException e) {
      return attestFailed(request, e.refused());
    } catch (FormatException e) {
      return attestFailed(request, replies.refuse(Step.VERIFY, FacadeCheck.REQUEST, e));
    }
    return switch (core.attest(Tenant.DEFAULT, id.get(), evidence)) {
      case AttestOutcome.Attested attested -> {
        metrics.count(Metrics.Counter.ATTESTATION_SUCCESSES, session.tee());
        yield HttpAnswer.json(200, Json.object().put("token", attested.token()).build())
            .with("set-cookie", SessionCookie.set(id.get(), session.expires()));
      }
      case Refused refused -> {
        metrics.count(Metrics.Counter.ATTESTATION_FAILURES, session.tee());
        yield attestFailed(request, refused);
      }
    };
  }

  private HttpAnswer attestFailed(HttpRequest request, Refused refused) {
    metrics.count(Metrics.Counter.ATTESTATION_ERRORS);
    return replies.broker(request, refused, BrokerError.Kind.ATTESTATION_ERROR, ATTEST_FAILED);
  }

  private EvidenceSet evidence(Bytes body, SessionView session) throws FormatException {
    ProtocolVersion version = ProtocolVersion.parse(session.kept().string(KEPT_VERSION));
    AttestRequest message = AttestRequest.parse(body, version);
    // Versions before 0.4 do not repeat the nonce: what the evidence binds must be the session's.
    String nonce = message.nonce().orElse(session.nonce());
    Optional<InitDataCache.Read> initData = Optional.empty();
    if (message.initData().isPresent()) {
      initData = Optional.of(initDatas.read(message.initData().get()));
    }
    return SentEvidence.of(message, version, session.tee(), nonce, initData);
  }
}
