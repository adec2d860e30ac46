package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.azure.ClaimedNonce;
import io.vouchsafe.evidence.forms.EvidenceForm;
import io.vouchsafe.evidence.forms.GuestForm;
import io.vouchsafe.evidence.forms.Recogniser;
import io.vouchsafe.evidence.snp.SnpEvidence;
import io.vouchsafe.evidence.snp.SnpReport;
import io.vouchsafe.tpm.TpmsAttest;
import io.vouchsafe.trust.core.EvidenceSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Evidence that came without the message that it answers, in any form that `verify` takes: what it
/// binds is what it says that it binds.
final class TriedEvidence {
  private static final String SNP = "snp";

  private TriedEvidence() {}

  /// Evidence that one of `documents` is, and the others go with.
  ///
  /// @param tee which kind it is said to be
  /// @throws FormatException if that is none that a guest could send
  static EvidenceSet of(List<Bytes> documents, Optional<String> tee) throws FormatException {
    Optional<Json.Obj> named = unrecognised(documents, tee);
    if (named.isPresent()) {
      return set(List.of(submission(tee.orElseThrow(), named.get())));
    }
    List<EvidenceForm> forms = new ArrayList<>();
    for (Bytes document : documents) {
      forms.add(Recogniser.recognise(document).form());
    }
    return set(List.of(submission(forms, tee)));
  }

  /// Of two reports one may be that of the other's migration agent, so each is looked at.
  private static EvidenceSet.Submission submission(List<EvidenceForm> forms, Optional<String> tee)
      throws FormatException {
    List<FormatException> why = new ArrayList<>();
    for (int i = 0; i < forms.size(); i++) {
      if (forms.get(i) instanceof EvidenceForm.Evidence evidence) {
        List<EvidenceForm> beside = new ArrayList<>(forms);
        beside.remove(i);
        try {
          return submission(evidence, beside, tee);
        } catch (FormatException e) {
          why.add(e);
        }
      }
    }
    throw why.isEmpty() ? none(forms) : why.getFirst();
  }

  private static EvidenceSet.Submission submission(
      EvidenceForm.Evidence evidence, List<EvidenceForm> beside, Optional<String> tee)
      throws FormatException {
    String kind = kind(evidence, tee);
    if (evidence.tee().equals(EvidenceForm.GOOGLE)) {
      // No guest sends it: that there is no verifier for it is the transaction's to say.
      ExpectedBinding nothing = new ExpectedBinding(Bytes.EMPTY, Optional.empty());
      return new EvidenceSet.Submission(kind, Json.NULL, nothing, Json.NULL);
    }
    return submission(kind, GuestForm.of(evidence, beside).evidence());
  }

  private static FormatException none(List<EvidenceForm> forms) {
    return FormatException.unexpected(
        "evidence", String.join(", ", forms.stream().map(EvidenceForm::what).toList()));
  }

  /// The evidence of a message of version 0.2 or 0.3, which leaves out the nonce that it binds.
  ///
  /// @param sent member `tee-evidence`
  static EvidenceSet of(Json sent, Optional<String> tee) throws FormatException {
    if (!(sent instanceof Json.Obj object) || object.get("primary_evidence").isEmpty()) {
      return of(List.of(sent.utf8()), tee);
    }
    Bytes primary = Bytes.of(object.require("primary_evidence").toUtf8());
    List<EvidenceSet.Submission> submissions =
        new ArrayList<>(of(List.of(primary), tee).submissions());
    String additional = object.optionalString("additional_evidence").orElse("");
    if (!additional.isEmpty()) {
      Json.Obj devices = Json.parse(additional, JsonLimits.MESSAGE).asObject("additional_evidence");
      for (Map.Entry<String, Json> device : devices.members().entrySet()) {
        submissions.add(submission(device.getKey(), device.getValue()));
      }
    }
    return set(submissions);
  }

  /// The kind of evidence in the form in which guests send it.
  static String kind(Json evidence, Optional<String> tee) throws FormatException {
    if (tee.isPresent()) {
      return tee.get();
    }
    EvidenceForm form = Recogniser.recognise(evidence.utf8()).form();
    if (form instanceof EvidenceForm.Evidence found) {
      return found.tee();
    }
    throw none(List.of(form));
  }

  /// JSON of no shape that is known may be whatever it is said to be; a verifier will tell.
  private static Optional<Json.Obj> unrecognised(List<Bytes> documents, Optional<String> tee) {
    if (tee.isEmpty() || documents.size() != 1) {
      return Optional.empty();
    }
    try {
      Recogniser.recognise(documents.getFirst());
      return Optional.empty();
    } catch (FormatException _) {
      return object(documents.getFirst());
    }
  }

  private static Optional<Json.Obj> object(Bytes document) {
    try {
      return Optional.of(Json.parseObject(document, JsonLimits.MESSAGE));
    } catch (FormatException _) {
      return Optional.empty(); // Why it is no evidence is said by what recognises it.
    }
  }

  /// JSON of one shape may be of another kind than it looks, bytes with marks are not.
  private static String kind(EvidenceForm.Evidence evidence, Optional<String> tee)
      throws FormatException {
    String shown = evidence.tee();
    if (!(evidence instanceof EvidenceForm.GuestEvidence) && !tee.orElse(shown).equals(shown)) {
      throw FormatException.unexpected("evidence of " + tee.orElse(""), evidence.what());
    }
    return tee.orElse(shown);
  }

  private static EvidenceSet set(List<EvidenceSet.Submission> submissions) {
    return new EvidenceSet("", submissions, Optional.empty());
  }

  private static EvidenceSet.Submission submission(String tee, Json evidence)
      throws FormatException {
    ExpectedBinding binding = new ExpectedBinding(bound(tee, evidence), Optional.empty());
    return new EvidenceSet.Submission(tee, evidence, binding, Json.NULL);
  }

  /// The report data that evidence bears.
  private static Bytes bound(String tee, Json evidence) throws FormatException {
    return switch (tee) {
      case SNP -> SnpReport.parse(SnpEvidence.parse(evidence).report()).reportData();
      case "tpm" -> quoted(evidence.asObject("evidence"));
      case "az-snp-vtpm" -> ClaimedNonce.ofSnp(evidence);
      case "az-tdx-vtpm" -> ClaimedNonce.ofTdx(evidence);
      // Verifiers of quotes and statements do without.
      default -> Bytes.EMPTY;
    };
  }

  private static Bytes quoted(Json.Obj evidence) throws FormatException {
    String message = evidence.object("tpm_quote").string("message");
    return TpmsAttest.parse(Bytes.fromBase64(message)).extraData();
  }
}
