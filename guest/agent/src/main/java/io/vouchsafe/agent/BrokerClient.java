package io.vouchsafe.agent;

import io.vouchsafe.agentapi.GuestRefusal;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.protocol.AttestRequest;
import io.vouchsafe.protocol.AuthRequest;
import io.vouchsafe.protocol.BrokerError;
import io.vouchsafe.protocol.ChallengeMessage;
import io.vouchsafe.protocol.InitData;
import io.vouchsafe.protocol.Jwe;
import io.vouchsafe.protocol.Jwk;
import io.vouchsafe.protocol.ProtocolVersion;
import io.vouchsafe.protocol.ResourceUri;
import io.vouchsafe.protocol.RuntimeData;
import io.vouchsafe.protocol.Tee;
import io.vouchsafe.protocol.TeeKey;
import io.vouchsafe.tpm.Credential;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What the guest says to the broker (guest-components.md §4, kbs-protocol.md §2, and enrolment
/// under `/v1/tpm`). A refusal of the broker becomes a [GuestException] with the broker's code and
/// id, so that whoever started the guest can ask there why.
final class BrokerClient {
  private static final int NOT_FOUND = 404;
  private static final int UNAUTHORIZED = 401;
  private static final String COOKIE = "kbs-session-id";

  /// A credential's parts hold one key's worth of ciphertext each.
  private static final int MAX_CREDENTIAL = 4096;

  private final BrokerTransport broker;
  private final SecureRandom random;

  BrokerClient(BrokerTransport broker, SecureRandom random) {
    this.broker = broker;
    this.random = random;
  }

  /// Binds the attestation key to the endorsement key, at the broker, for good.
  ///
  /// @return false if the broker has no enrolment: then it knows the key, or will refuse
  boolean enrol(TpmIdentity tpm) throws GuestException, InterruptedException {
    BrokerTransport.Answer offer = post("/v1/tpm/enroll", tpm.enrolment(), Map.of());
    if (offer.status() == NOT_FOUND && code(offer).isEmpty()) {
      return false;
    }
    Json.Obj offered = json(ok(offer, "broker.enroll"));
    try {
      Credential credential =
          new Credential(
              bounded(offered.string("credential_blob")),
              bounded(offered.string("encrypted_secret")));
      try (SecretBytes secret = tpm.open(credential, random)) {
        Json.Obj proof =
            Json.object()
                .put("id", offered.string("id"))
                .put(
                    "secret",
                    secret.<String, RuntimeException>lend(bytes -> Bytes.of(bytes).base64()))
                .build();
        ok(post("/v1/tpm/activate", proof, Map.of()), "broker.activate");
      }
      return true;
    } catch (FormatException e) {
      throw nonsense(e);
    }
  }

  private static Bytes bounded(String base64) throws FormatException {
    if (base64.length() > MAX_CREDENTIAL) {
      throw FormatException.oversized(0, "a credential", base64.length() + " characters");
    }
    return Bytes.fromBase64(base64);
  }

  /// Runs the handshake.
  ///
  /// @param key what resources will be sealed to
  /// @return the token
  String attest(InitData initData, KeyPair key, TpmIdentity tpm)
      throws GuestException, InterruptedException {
    try {
      BrokerTransport.Answer answer =
          ok(post("/kbs/v0/auth", AuthRequest.of(Tee.TPM).toJson(), Map.of()), "broker.auth");
      ChallengeMessage challenge = ChallengeMessage.parse(answer.body());
      TeeKey teeKey = TeeKey.of(Jwk.of(key.getPublic()));
      Bytes runtimeData =
          new RuntimeData(challenge.nonce(), teeKey)
              .primaryDigest(ProtocolVersion.CURRENT, challenge.hash(), "");
      AttestRequest request =
          new AttestRequest(
              Optional.of(initData.text()),
              Optional.of(challenge.nonce()),
              teeKey,
              tpm.evidence(runtimeData),
              "");
      BrokerTransport.Answer result =
          ok(post("/kbs/v0/attest", request.toJson(), session(answer)), "broker.attest");
      return json(result).string("token");
    } catch (FormatException e) {
      throw nonsense(e);
    }
  }

  /// The session is a cookie; none came means that the broker needs none.
  private static Map<String, String> session(BrokerTransport.Answer answer) {
    for (String cookie : answer.headers().all("set-cookie")) {
      if (cookie.startsWith(COOKIE + "=")) {
        int end = cookie.indexOf(';');
        return Map.of("Cookie", end < 0 ? cookie : cookie.substring(0, end));
      }
    }
    return Map.of();
  }

  /// A resource, opened.
  ///
  /// @throws GuestException if the broker refuses it
  SecretBytes resource(ResourceUri uri, String token, KeyPair key)
      throws GuestException, InterruptedException {
    BrokerTransport.Answer answer =
        ok(send(uri.brokerPath(), Optional.empty(), bearer(token)), "broker.resource");
    try {
      return Jwe.parse(answer.body()).open(key.getPrivate());
    } catch (FormatException e) {
      throw nonsense(e);
    } catch (RefusedException e) {
      throw new GuestException(e);
    }
  }

  /// Tells the broker what the guest itself refused, so that it stands in the ledger.
  ///
  /// @param subject what was refused, for example an image
  /// @return the same refusal with the id of the ledger's entry; without, if it cannot be told
  GuestRefusal report(GuestRefusal refusal, String subject, String token)
      throws InterruptedException {
    Json.Obj report =
        Json.object()
            .put("code", refusal.code().name())
            .put("check", refusal.check())
            .put("expected", refusal.expected())
            .put("found", refusal.found())
            .put("subject", subject)
            .build();
    try {
      BrokerTransport.Answer answer =
          ok(post("/v1/report", report, bearer(token)), "broker.report");
      return new GuestRefusal(
          refusal.code(),
          refusal.check(),
          refusal.expected(),
          refusal.found(),
          json(answer).string("id"));
    } catch (GuestException | FormatException _) {
      // The refusal stands, whether or not anybody else hears of it.
      return refusal;
    }
  }

  private static Map<String, String> bearer(String token) {
    return Map.of("Authorization", "Bearer " + token);
  }

  private BrokerTransport.Answer post(String path, Json.Obj body, Map<String, String> headers)
      throws GuestException, InterruptedException {
    return send(path, Optional.of(body.utf8()), headers);
  }

  private BrokerTransport.Answer send(
      String path, Optional<Bytes> body, Map<String, String> headers)
      throws GuestException, InterruptedException {
    try {
      Map<String, String> all = new HashMap<>(headers);
      all.put("Accept", "application/json");
      return broker.send(path, body, all);
    } catch (IOException e) {
      throw unreachable(
          "an answer to " + path, e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  private static BrokerTransport.Answer ok(BrokerTransport.Answer answer, String check)
      throws GuestException {
    if (answer.status() == 200) {
      return answer;
    }
    String detail = detail(answer);
    Code code = code(answer).orElseGet(() -> upstreamCode(answer));
    String id = answer.header("vouchsafe-id").orElse("");
    throw new GuestException(new GuestRefusal(code, check, expectation(code), detail, id));
  }

  /// The broker tells guests the code only: what exactly it wanted stands in its ledger.
  private static String expectation(Code code) {
    return code == Code.BROKER_UNREACHABLE ? "an answer of the broker's protocol" : "a release";
  }

  private static Optional<Code> code(BrokerTransport.Answer answer) {
    String name = answer.header("vouchsafe-code").orElse("");
    for (Code code : Code.values()) {
      if (code.name().equals(name)) {
        return Optional.of(code);
      }
    }
    return Optional.empty();
  }

  /// Brokers without our headers only say what kind of error it was.
  private static Code upstreamCode(BrokerTransport.Answer answer) {
    try {
      return switch (BrokerError.parse(answer.body()).kind()) {
        case "PolicyDeny" -> Code.POLICY_DENIED;
        case "AttestationError" -> Code.NOT_AFFIRMING;
        case "TokenNotFound" -> Code.TOKEN_MISSING;
        case "TokenVerifierError" -> Code.TOKEN_INVALID;
        case "PluginNotFound" -> Code.PLUGIN_NOT_FOUND;
        case "PluginInternalError", "InvalidRequestPath" -> Code.RESOURCE_NOT_FOUND;
        default -> Code.BROKER_UNREACHABLE;
      };
    } catch (FormatException _) {
      return answer.status() == UNAUTHORIZED ? Code.TOKEN_INVALID : Code.BROKER_UNREACHABLE;
    }
  }

  private static String detail(BrokerTransport.Answer answer) {
    try {
      return BrokerError.parse(answer.body()).detail();
    } catch (FormatException _) {
      return "status " + answer.status();
    }
  }

  private static Json.Obj json(BrokerTransport.Answer answer) throws GuestException {
    try {
      return Json.parseObject(answer.body(), JsonLimits.MESSAGE);
    } catch (FormatException e) {
      throw nonsense(e);
    }
  }

  private static GuestException nonsense(FormatException e) {
    return unreachable(e.expected(), e.found());
  }

  private static GuestException unreachable(String expected, String found) {
    return new GuestException(GuestCheck.BROKER, Code.BROKER_UNREACHABLE, expected, found);
  }
}
