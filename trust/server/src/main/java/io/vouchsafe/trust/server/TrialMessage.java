package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.forms.EvidenceForm;
import io.vouchsafe.evidence.forms.Recogniser;
import io.vouchsafe.evidence.snp.SnpEvidence;
import io.vouchsafe.evidence.snp.SnpReport;
import io.vouchsafe.protocol.AttestRequest;
import io.vouchsafe.protocol.ProtocolVersion;
import io.vouchsafe.protocol.ResourcePath;
import io.vouchsafe.tpm.TpmsAttest;
import io.vouchsafe.trust.core.EvidenceSet;
import io.vouchsafe.trust.core.Release;
import io.vouchsafe.trust.core.TrialQuestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The body of `POST /v1/admin/policies/try`: `{"document": base64, "tee"?, "resource"?}`. The
/// document is the body of a guest's `attest`, or evidence alone, as `verify` takes it. Candidates
/// for policies stand beside it.
final class TrialMessage {
  /// What is asked for where nobody names a resource.
  private static final String SOME_RESOURCE = "default/policy/try";

  private static final String FRESHNESS =
      "freshness: there is no session whose nonce the evidence could answer";
  private static final String BINDING =
      "binding: the evidence came without the key and nonce that it binds";
  private static final String RESOURCE =
      "the resource: none was named, so %s was asked for, and whether it is there was not looked at"
          .formatted(SOME_RESOURCE);

  private TrialMessage() {}

  /// @throws FormatException if it is none, or the document is no evidence that a guest could send
  static TrialQuestion parse(Json.Obj body) throws FormatException {
    Bytes document = Bytes.fromBase64(body.string("document"));
    Optional<String> tee = body.optionalString("tee");
    Optional<String> resource = body.optionalString("resource");
    List<String> notTried = new ArrayList<>(List.of(FRESHNESS));
    Optional<Json.Obj> attest = attest(document);
    EvidenceSet evidence;
    if (attest.isPresent() && attest.get().get("runtime-data").isPresent()) {
      evidence = sent(document, tee);
    } else {
      notTried.add(BINDING);
      evidence = alone(attest.isPresent() ? primary(attest.get()) : document, tee);
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
      return message.get("tee-evidence").isPresent() ? Optional.of(message) : Optional.empty();
    } catch (FormatException _) {
      return Optional.empty();
    }
  }

  private static Bytes primary(Json.Obj message) throws FormatException {
    Json evidence = message.require("tee-evidence");
    Json primary =
        evidence instanceof Json.Obj object
            ? object.get("primary_evidence").orElse(evidence)
            : evidence;
    return Bytes.of(primary.toUtf8());
  }

  /// A message that says itself what its evidence binds.
  private static EvidenceSet sent(Bytes document, Optional<String> tee) throws FormatException {
    AttestRequest message = AttestRequest.parse(document, ProtocolVersion.V0_4_0);
    Optional<InitDataCache.Read> initData =
        message.initData().isEmpty()
            ? Optional.empty()
            : Optional.of(new InitDataCache().read(message.initData().get()));
    String kind =
        tee.isPresent() ? tee.get() : guest(Bytes.of(message.primaryEvidence().toUtf8())).tee();
    return SentEvidence.of(
        message, ProtocolVersion.V0_4_0, kind, message.nonce().orElse(""), initData);
  }

  /// Evidence alone: that it binds what it binds is all that can be asked.
  private static EvidenceSet alone(Bytes document, Optional<String> tee) throws FormatException {
    EvidenceForm.GuestEvidence found = guest(document);
    String kind = tee.orElse(found.tee());
    ExpectedBinding binding = new ExpectedBinding(bound(kind, found.evidence()), Optional.empty());
    return new EvidenceSet(
        "",
        List.of(new EvidenceSet.Submission(kind, found.evidence(), binding, Json.NULL)),
        Optional.empty());
  }

  /// The evidence in the form in which guests send it.
  private static EvidenceForm.GuestEvidence guest(Bytes document) throws FormatException {
    EvidenceForm form = Recogniser.recognise(document).form();
    return switch (form) {
      case EvidenceForm.GuestEvidence guest -> guest;
      case EvidenceForm.DcapQuote quote ->
          new EvidenceForm.GuestEvidence(
              quote.tee(), Json.object().put("quote", quote.quote().base64()).build());
      case EvidenceForm.Evidence _ ->
          throw FormatException.malformed(
              0, "evidence in the JSON that guests send to a server, or a DCAP quote", form.what());
      case EvidenceForm.Companion companion ->
          throw FormatException.malformed(0, "evidence", companion.what());
    };
  }

  /// The report data that evidence bears.
  private static Bytes bound(String tee, Json.Obj evidence) throws FormatException {
    return switch (tee) {
      case "snp" -> SnpReport.parse(SnpEvidence.parse(evidence).report()).reportData();
      case "tpm", "az-snp-vtpm", "az-tdx-vtpm" -> quoted(evidence);
      // Verifiers of quotes and statements do without.
      default -> Bytes.EMPTY;
    };
  }

  private static Bytes quoted(Json.Obj evidence) throws FormatException {
    Json.Obj quote = evidence.object(evidence.get("tpm_quote").isPresent() ? "tpm_quote" : "quote");
    return quote.get("message").orElse(Json.NULL) instanceof Json.Str(String message)
        ? TpmsAttest.parse(Bytes.fromBase64(message)).extraData()
        : Bytes.EMPTY;
  }
}
