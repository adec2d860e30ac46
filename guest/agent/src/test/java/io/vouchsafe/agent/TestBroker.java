package io.vouchsafe.agent;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.evidence.tpm.AkOrigin;
import io.vouchsafe.evidence.tpm.TpmVerifier;
import io.vouchsafe.protocol.AttestRequest;
import io.vouchsafe.protocol.BrokerError;
import io.vouchsafe.protocol.ChallengeMessage;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.InitData;
import io.vouchsafe.protocol.Jwe;
import io.vouchsafe.protocol.Jwk;
import io.vouchsafe.protocol.ProtocolVersion;
import io.vouchsafe.protocol.RuntimeData;
import io.vouchsafe.tpm.Credential;
import io.vouchsafe.tpm.TpmtPublic;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A broker in memory that checks what a guest sends with the real verifier, and remembers in which
/// order it was asked.
final class TestBroker implements BrokerTransport {
  private static final String NONCE = "bm9uY2U=";
  private static final String TOKEN = "a.b.c";

  final Map<String, SecretBytes> resources = new HashMap<>();
  final List<String> asked = new ArrayList<>();
  final List<Json.Obj> reports = new ArrayList<>();
  Optional<String> refuseCode = Optional.empty();
  Optional<VerifiedEvidence> verified = Optional.empty();
  private final SecureRandom random = new SecureRandom();
  private Optional<Bytes> enrolled = Optional.empty();
  private Optional<Bytes> pending = Optional.empty();
  private Bytes pendingName = Bytes.EMPTY;
  private Optional<Jwk> guestKey = Optional.empty();

  @Override
  public Answer send(String path, Optional<Bytes> body, Map<String, String> headers)
      throws IOException {
    asked.add(path);
    try {
      Json.Obj json =
          body.isPresent()
              ? Json.parseObject(body.get(), JsonLimits.MESSAGE)
              : Json.object().build();
      return switch (path) {
        case "/v1/tpm/enroll" -> enroll(json);
        case "/v1/tpm/activate" -> activate(json);
        case "/kbs/v0/auth" -> challenge();
        case "/kbs/v0/attest" -> attest(body.orElseThrow(), headers);
        case "/v1/report" -> report(json, headers);
        default -> resource(path, headers);
      };
    } catch (FormatException e) {
      throw new IllegalStateException(path, e);
    }
  }

  private static Answer ok(Json.Obj body) {
    return new Answer(200, body.utf8(), _ -> List.of());
  }

  private static Answer refuse(String code, String id) {
    return new Answer(
        401,
        BrokerError.of(BrokerError.Kind.POLICY_DENY, "no").toJson().utf8(),
        name ->
            switch (name) {
              case "vouchsafe-code" -> List.of(code);
              case "vouchsafe-id" -> List.of(id);
              default -> List.of();
            });
  }

  private Answer enroll(Json.Obj json) throws FormatException {
    TpmtPublic ek = TpmtPublic.parse(Bytes.fromBase64(json.string("ek_public")));
    TpmtPublic ak = TpmtPublic.parse(Bytes.fromBase64(json.string("ak_tpmt")));
    byte[] secret = new byte[32];
    random.nextBytes(secret);
    pending = Optional.of(Bytes.of(secret));
    pendingName = ak.name();
    Credential credential = Credential.make(ek, ak.name(), SecretBytes.copyOf(secret), random);
    return ok(
        Json.object()
            .put("id", "e1")
            .put("credential_blob", credential.blob().base64())
            .put("encrypted_secret", credential.encryptedSecret().base64())
            .build());
  }

  private Answer activate(Json.Obj json) throws FormatException {
    if (!pending.equals(Optional.of(Bytes.fromBase64(json.string("secret"))))) {
      return refuse("CREDENTIAL_INVALID", "d-1");
    }
    enrolled = Optional.of(pendingName);
    return ok(Json.object().put("ak_name", pendingName.hex()).build());
  }

  private static Answer challenge() {
    return new Answer(
        200,
        ChallengeMessage.of(NONCE).toJson().utf8(),
        _ -> List.of("kbs-session-id=s1; Path=/kbs/v0; HttpOnly"));
  }

  private Answer attest(Bytes body, Map<String, String> headers) throws FormatException {
    if (!"kbs-session-id=s1".equals(headers.get("Cookie"))) {
      return refuse("SESSION_UNKNOWN", "d-2");
    }
    if (refuseCode.isPresent()) {
      return refuse(refuseCode.get(), "d-3");
    }
    AttestRequest request = AttestRequest.parse(body, ProtocolVersion.CURRENT);
    Bytes digest =
        new RuntimeData(request.nonce().orElseThrow(), request.key())
            .primaryDigest(ProtocolVersion.CURRENT, HashAlgorithm.SHA384, "");
    Bytes initData = InitData.parse(Bytes.utf8(request.initData().orElseThrow())).digest();
    TpmVerifier verifier =
        new TpmVerifier((name, _) ->
            enrolled.equals(Optional.of(name))
                ? Optional.of(new AkOrigin.Enrolled(Bytes.EMPTY))
                : Optional.empty());
    try {
      verified =
          Optional.of(
              verifier.verify(
                  request.primaryEvidence(),
                  new ExpectedBinding(digest, Optional.of(initData)),
                  Instant.EPOCH));
    } catch (RefusedException e) {
      return refuse(e.code().name(), "d-4");
    }
    guestKey = Optional.of(request.key().toJwk());
    return ok(Json.object().put("token", TOKEN).build());
  }

  private Answer report(Json.Obj json, Map<String, String> headers) {
    if (!headers.getOrDefault("Authorization", "").equals("Bearer " + TOKEN)) {
      return refuse("TOKEN_MISSING", "d-5");
    }
    reports.add(json);
    return ok(Json.object().put("id", "d-9").build());
  }

  private Answer resource(String path, Map<String, String> headers) {
    SecretBytes resource = resources.get(path);
    if (resource == null || !headers.getOrDefault("Authorization", "").equals("Bearer " + TOKEN)) {
      return refuse("RESOURCE_NOT_FOUND", "d-6");
    }
    return ok(Jwe.seal(guestKey.orElseThrow(), resource, random).toJson());
  }
}
