package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.http.server.BodyTooLargeException;
import io.vouchsafe.http.server.HttpAnswer;
import io.vouchsafe.http.server.HttpRequest;
import io.vouchsafe.trust.core.GuestReport;
import io.vouchsafe.trust.core.Step;
import io.vouchsafe.trust.core.TpmEnrolment;
import io.vouchsafe.trust.core.TransactionRefusedException;
import io.vouchsafe.trust.core.TrustCore;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What guests of ours use besides the reference protocol: enrolment of attestation keys and
/// reports of what they refused themselves.
final class GuestFacade {
  static final String ENROLL = "/v1/tpm/enroll";
  static final String ACTIVATE = "/v1/tpm/activate";
  static final String REPORT = "/v1/report";

  private static final int MAX_CHAIN = 8;
  private static final int MAX_SECRET = 64;
  private static final JsonLimits LIMITS = new JsonLimits(256 << 10, 8, 1000, 32);

  private final TrustCore core;
  private final Results results;
  private final Replies replies;

  GuestFacade(TrustCore core, Results results, Replies replies) {
    this.core = core;
    this.results = results;
    this.replies = replies;
  }

  /// `POST /v1/tpm/enroll`
  HttpAnswer enroll(HttpRequest request) throws BodyTooLargeException {
    try {
      Json.Obj body = Json.parseObject(request.body(), LIMITS);
      List<Bytes> chain = new ArrayList<>();
      for (Json certificate : body.array("ek_chain")) {
        if (chain.size() == MAX_CHAIN) {
          throw FormatException.oversized(0, "at most " + MAX_CHAIN + " certificates", "more");
        }
        chain.add(Bytes.fromBase64(certificate.asString("ek_chain")));
      }
      Optional<String> ekPublic = body.optionalString("ek_public");
      TpmEnrolment.Offer offer =
          core.enrolment()
              .enroll(
                  Tenant.DEFAULT,
                  chain,
                  ekPublic.isEmpty()
                      ? Optional.empty()
                      : Optional.of(Bytes.fromBase64(ekPublic.get())),
                  Bytes.fromBase64(body.string("ak_tpmt")));
      return HttpAnswer.json(
          200,
          Json.object()
              .put("id", offer.id())
              .put("credential_blob", offer.credential().blob().base64())
              .put("encrypted_secret", offer.credential().encryptedSecret().base64())
              .build());
    } catch (FormatException e) {
      return malformed(request, Step.ENROL, e);
    } catch (TransactionRefusedException e) {
      return replies.guest(request, e.refused());
    }
  }

  /// `POST /v1/tpm/activate`
  HttpAnswer activate(HttpRequest request) throws BodyTooLargeException {
    try {
      Json.Obj body = Json.parseObject(request.body(), LIMITS);
      Bytes opened = Bytes.fromBase64(body.string("secret"));
      if (opened.isEmpty() || opened.size() > MAX_SECRET) {
        throw FormatException.malformed(0, "a secret of 1 to 64 bytes", opened.size() + " bytes");
      }
      try (SecretBytes secret = SecretBytes.take(opened.toByteArray())) {
        Bytes name = core.enrolment().activate(Tenant.DEFAULT, body.string("id"), secret);
        return HttpAnswer.json(200, Json.object().put("ak_name", name.hex()).build());
      }
    } catch (FormatException e) {
      return malformed(request, Step.ENROL, e);
    } catch (TransactionRefusedException e) {
      return replies.guest(request, e.refused());
    }
  }

  /// `POST /v1/report`, with the token of an attestation.
  HttpAnswer report(HttpRequest request) throws BodyTooLargeException {
    return switch (results.ofBearer(request)) {
      case Results.Found.Nothing _ ->
          replies.guest(
              request,
              replies.refuse(
                  Step.REPORT,
                  FacadeCheck.TOKEN_PRESENT,
                  Code.TOKEN_MISSING,
                  "a bearer token",
                  "none"));
      case Results.Found.Bad(var refused) -> replies.guest(request, refused);
      case Results.Found.Result(var result) -> {
        try {
          GuestReport report = GuestReport.parse(Json.parseObject(request.body(), LIMITS));
          String id = core.report(Tenant.DEFAULT, result, report);
          yield HttpAnswer.json(200, Json.object().put("id", id).build());
        } catch (FormatException e) {
          yield malformed(request, Step.REPORT, e);
        } catch (TransactionRefusedException e) {
          yield replies.guest(request, e.refused());
        }
      }
    };
  }

  private HttpAnswer malformed(HttpRequest request, Step step, FormatException e) {
    return replies.guest(request, replies.refuse(step, FacadeCheck.REQUEST, e));
  }
}
