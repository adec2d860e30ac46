package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.protocol.AttestRequest;
import io.vouchsafe.protocol.AuthRequest;
import io.vouchsafe.protocol.ChallengeMessage;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.ProtocolVersion;
import io.vouchsafe.protocol.RuntimeData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The messages of a handshake with sample evidence: `auth-request`, `auth-response`, and one or
/// more `attest-request…`. Each `report_data` must be the digest of what it binds.
final class TranscriptCases {
  private static final String KIND = "rcar-transcript";
  private static final String AUTH_REQUEST = "auth-request";
  private static final String AUTH_RESPONSE = "auth-response";
  private static final String ATTEST_REQUEST = "attest-request";
  private static final String REPORT_DATA = "report_data";

  private TranscriptCases() {}

  static Optional<List<Case>> of(CaseFile file) {
    Optional<Json.Obj> object = file.object();
    if (object.isEmpty()
        || object.get().get(AUTH_REQUEST).isEmpty()
        || object.get().get(AUTH_RESPONSE).isEmpty()) {
      return Optional.empty();
    }
    List<Case> cases = new ArrayList<>();
    for (String name : object.get().members().keySet()) {
      if (name.startsWith(ATTEST_REQUEST)) {
        cases.add(new Case(name, KIND, () -> run(object.get(), name)));
      }
    }
    return cases.isEmpty() ? Optional.empty() : Optional.of(cases);
  }

  private static void run(Json.Obj transcript, String name) throws Difference, FormatException {
    AuthRequest auth = AuthRequest.parse(body(transcript, AUTH_REQUEST));
    ProtocolVersion version = ProtocolVersion.parse(auth.version());
    ChallengeMessage challenge = ChallengeMessage.parse(body(transcript, AUTH_RESPONSE));
    HashAlgorithm hash = challenge.hash();
    AttestRequest attest = AttestRequest.parse(body(transcript, name), version);
    if (attest.nonce().isPresent()) {
      Difference.require("nonce", challenge.nonce(), attest.nonce().get());
    }
    RuntimeData data = new RuntimeData(challenge.nonce(), attest.key());
    compare(
        "primary",
        data.primaryDigest(version, hash, attest.additionalEvidence()),
        attest.primaryEvidence());
    for (Map.Entry<String, Json> device : attest.devices().entrySet()) {
      compare(device.getKey(), data.deviceDigest(hash), device.getValue());
    }
  }

  private static Bytes body(Json.Obj transcript, String member) throws FormatException {
    return transcript.require(member).utf8();
  }

  private static void compare(String what, Bytes found, Json evidence)
      throws Difference, FormatException {
    String reported = evidence.asObject(what).string(REPORT_DATA);
    Difference.require(what + " " + REPORT_DATA, Bytes.fromBase64(reported), found);
  }
}
