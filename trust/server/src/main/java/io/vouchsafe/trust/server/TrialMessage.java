package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.protocol.AttestRequest;
import io.vouchsafe.protocol.ProtocolVersion;
import io.vouchsafe.protocol.ResourcePath;
import io.vouchsafe.trust.core.EvidenceSet;
import io.vouchsafe.trust.core.Release;
import io.vouchsafe.trust.core.TrialQuestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The body of `POST /v1/admin/policies/try`: `{"document": base64, "beside"?: [base64], "tee"?,
/// "resource"?}`. The document is the body of a guest's `attest`, or evidence alone in any form
/// that `verify` takes; what goes with evidence alone is `beside`. Candidates for policies stand
/// beside it.
final class TrialMessage {
  /// What is asked for where nobody names a resource.
  private static final String SOME_RESOURCE = "default/policy/try";

  private static final String TEE_EVIDENCE = "tee-evidence";
  private static final String FRESHNESS =
      "freshness: there is no session whose nonce the evidence could answer";
  private static final String BINDING =
      "binding: the evidence came without the key and nonce that it binds";
  private static final String NONCE =
      "binding: messages of RCAR 0.2 and 0.3 leave out the nonce that the evidence binds";

  /// Most documents that go with evidence.
  private static final int MAX_BESIDE = 16;

  private static final String RESOURCE =
      "the resource: none was named, so %s was asked for, and whether it is there was not looked at"
          .formatted(SOME_RESOURCE);

  private TrialMessage() {}

  /// @throws FormatException if it is none, or the document is no evidence that a guest could send
  static TrialQuestion parse(Json.Obj body) throws FormatException {
    Bytes document = Bytes.fromBase64(body.string("document"));
    List<Bytes> beside = beside(body);
    Optional<String> tee = body.optionalString("tee");
    Optional<String> resource = body.optionalString("resource");
    List<String> notTried = new ArrayList<>(List.of(FRESHNESS));
    Optional<Json.Obj> attest = attest(document);
    EvidenceSet evidence;
    if (attest.isPresent() && !beside.isEmpty()) {
      throw FormatException.unexpected(
          "a guest's message alone", beside.size() + " documents beside it");
    } else if (attest.isPresent() && attest.get().get("runtime-data").isPresent()) {
      evidence = sent(document, tee);
    } else if (attest.isPresent()) {
      notTried.add(NONCE);
      evidence = TriedEvidence.of(attest.get().require(TEE_EVIDENCE), tee);
    } else {
      notTried.add(BINDING);
      List<Bytes> documents = new ArrayList<>(List.of(document));
      documents.addAll(beside);
      evidence = TriedEvidence.of(documents, tee);
    }
    if (resource.isEmpty()) {
      notTried.add(RESOURCE);
    }
    return new TrialQuestion(
        evidence,
        new Release.Resource(
            resource.isEmpty() ? SOME_RESOURCE : ResourcePath.parse(resource.get()).toString()),
        resource.isPresent(),
        Optional.empty(),
        Optional.empty(),
        notTried);
  }

  /// The document as a guest's message, if it is one.
  private static Optional<Json.Obj> attest(Bytes document) {
    try {
      Json.Obj message = Json.parseObject(document, JsonLimits.MESSAGE);
      return message.get(TEE_EVIDENCE).isPresent() ? Optional.of(message) : Optional.empty();
    } catch (FormatException _) {
      return Optional.empty();
    }
  }

  private static List<Bytes> beside(Json.Obj body) throws FormatException {
    List<Bytes> beside = new ArrayList<>();
    if (body.present("beside").isPresent()) {
      for (Json item : body.array("beside")) {
        beside.add(Bytes.fromBase64(item.asString("beside")));
      }
    }
    if (beside.size() > MAX_BESIDE) {
      throw FormatException.oversized(
          0, "at most " + MAX_BESIDE + " documents beside the evidence", beside.size() + "");
    }
    return beside;
  }

  /// A message that says itself what its evidence binds.
  private static EvidenceSet sent(Bytes document, Optional<String> tee) throws FormatException {
    AttestRequest message = AttestRequest.parse(document, ProtocolVersion.V0_4_0);
    Optional<InitDataCache.Read> initData =
        message.initData().isEmpty()
            ? Optional.empty()
            : Optional.of(new InitDataCache().read(message.initData().get()));
    String kind = TriedEvidence.kind(message.primaryEvidence(), tee);
    return SentEvidence.of(
        message, ProtocolVersion.V0_4_0, kind, message.nonce().orElse(""), initData);
  }
}
