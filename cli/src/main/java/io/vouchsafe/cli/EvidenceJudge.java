package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.evidence.azure.AzurePolicy;
import io.vouchsafe.evidence.azure.AzureSnpVerifier;
import io.vouchsafe.evidence.azure.AzureTdxVerifier;
import io.vouchsafe.evidence.azure.VerifiedHclReport;
import io.vouchsafe.evidence.dcap.DcapCheck;
import io.vouchsafe.evidence.dcap.DcapPolicy;
import io.vouchsafe.evidence.dcap.DcapVerifier;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.evidence.forms.EvidenceForm;
import io.vouchsafe.evidence.forms.EvidenceForm.Evidence;
import io.vouchsafe.evidence.forms.FormCheck;
import io.vouchsafe.evidence.openenclave.OpenEnclaveVerifier;
import io.vouchsafe.evidence.openenclave.VerifiedOpenEnclave;
import io.vouchsafe.evidence.snp.GhcbCertificateTable;
import io.vouchsafe.evidence.snp.SnpCheck;
import io.vouchsafe.evidence.snp.SnpEndorsements;
import io.vouchsafe.evidence.snp.SnpEvidence;
import io.vouchsafe.evidence.snp.SnpPolicy;
import io.vouchsafe.evidence.snp.SnpReport;
import io.vouchsafe.evidence.snp.SnpReportVerifier;
import io.vouchsafe.evidence.snp.VerifiedSnpReport;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Hands evidence to the verifier of its kind.
///
/// @param files what lies beside the evidence
/// @param roots who is trusted
/// @param policy members of specs/evidence-x86 §0.3
/// @param reportData what the evidence must have bound, if anything is expected
/// @param at the time that everything is judged by
record EvidenceJudge(
    EvidenceFiles files,
    EvidenceRoots roots,
    Json.Obj policy,
    Optional<Bytes> reportData,
    Instant at) {
  private static final String AZURE_SNP = "az-snp-vtpm";
  private static final String REPORT_DATA = "reportData";
  private static final String USER_DATA = "userData";
  private static final String INIT_DATA = "initDataHash";
  private static final int REPORT_DATA_SIZE = 64;

  /// Judges evidence of any kind; a refusal is a judgement too.
  ///
  /// @throws Failure if the policy is none for this kind of evidence
  Judgement judge(String file, String form, Evidence evidence) throws Failure {
    try {
      return switch (evidence) {
        case EvidenceForm.SnpReport(Bytes report, Optional<GhcbCertificateTable> table) ->
            snp(
                file,
                form,
                report,
                table.map(EvidenceFiles::endorsements).orElse(SnpEndorsements.NONE));
        case EvidenceForm.DcapQuote(TeeKind kind, Bytes quote) ->
            dcap(file, form, kind, quoteJson(quote));
        case EvidenceForm.GuestEvidence(String tee, Json.Obj json) -> guest(file, form, tee, json);
        case EvidenceForm.HclReport hcl -> {
          // A TDREPORT has no signature: without a quote nothing of it is evidence.
          if (!hcl.tee().equals(AZURE_SNP)) {
            throw unsupported(hcl.tee(), hcl.what());
          }
          yield hcl(file, form, hcl.report());
        }
        case EvidenceForm.OpenEnclaveReport(Bytes report) -> openEnclave(file, form, report);
      };
    } catch (RefusedException e) {
      return Judgement.refused(file, form, evidence.tee(), e);
    }
  }

  private static RefusedException unsupported(String tee, String what) {
    return new RefusedException(
        FormCheck.TEE,
        Code.UNSUPPORTED_TEE,
        "evidence that `verify` has a verifier for",
        what + " (" + tee + ")");
  }

  private Judgement guest(String file, String form, String tee, Json.Obj json)
      throws RefusedException, Failure {
    return switch (tee) {
      case "snp" -> {
        SnpEvidence evidence;
        try {
          evidence = SnpEvidence.parse(json);
        } catch (FormatException e) {
          Code code = e.code() == Code.OVERSIZED ? Code.OVERSIZED : Code.MALFORMED;
          throw new RefusedException(SnpCheck.EVIDENCE_FORMAT, code, e.expected(), e.found());
        }
        yield snp(
            file, form, evidence.report(), evidence.endorsements().orElse(SnpEndorsements.NONE));
      }
      case "tdx" -> dcap(file, form, TeeKind.TDX, json);
      case "sgx" -> dcap(file, form, TeeKind.SGX, json);
      case AZURE_SNP, "az-tdx-vtpm" -> azure(file, form, tee, json);
      default -> throw unsupported(tee, form);
    };
  }

  private Judgement snp(String file, String form, Bytes report, SnpEndorsements sent)
      throws RefusedException, Failure {
    SnpPolicy wanted;
    try {
      wanted = SnpPolicy.of(policy);
    } catch (FormatException e) {
      throw policyFailure("snp", e);
    }
    if (reportData.isPresent()) {
      wanted = wanted.withReportData(reportData.get().fit(REPORT_DATA_SIZE));
    }
    VerifiedSnpReport verified =
        new SnpReportVerifier(roots.snp()).verify(report, endorsements(report, sent), wanted, at);
    return new Judgement(
        file,
        form,
        "snp",
        verified.checks(),
        List.of(),
        new Judgement.End.Accepted(verified.anchor(), verified.claims()));
  }

  private SnpEndorsements endorsements(Bytes report, SnpEndorsements sent) {
    try {
      SnpEndorsements known = files.of(SnpReport.parse(report));
      return sent.leaves().isEmpty()
          ? sent.and(known)
          : sent.and(new SnpEndorsements(List.of(), known.authorities(), known.revocationLists()));
    } catch (FormatException _) {
      // The verifier says what is wrong with the report.
      return sent;
    }
  }

  private Json.Obj quoteJson(Bytes quote) {
    Json.ObjBuilder json = Json.object().put("quote", quote.base64());
    return json.putIf("cc_eventlog", files.eventLog().map(log -> Json.of(log.base64()))).build();
  }

  private Judgement dcap(String file, String form, TeeKind kind, Json.Obj json)
      throws RefusedException, Failure {
    try {
      DcapPolicy wanted = DcapPolicy.parse(policy.without(REPORT_DATA));
      Verifier verifier = new DcapVerifier(kind, roots.dcap(), wanted, files);
      return verified(file, form, verifier, json, Optional.empty());
    } catch (FormatException e) {
      throw policyFailure(kind.tee(), e);
    }
  }

  private Judgement openEnclave(String file, String form, Bytes report)
      throws RefusedException, Failure {
    try {
      DcapPolicy wanted = DcapPolicy.parse(policy.without(REPORT_DATA));
      Optional<Bytes> data = reportData.isPresent() ? reportData : hex(REPORT_DATA);
      VerifiedOpenEnclave verified =
          new OpenEnclaveVerifier(roots.dcap(), wanted, files).verify(report, data, at);
      return new Judgement(
          file,
          form,
          "sgx",
          verified.checks(),
          silent("sgx"),
          new Judgement.End.Accepted(verified.quote().anchor(), verified.quote().claims()));
    } catch (FormatException e) {
      throw policyFailure("sgx", e);
    }
  }

  /// The quote of the virtual TPM binds the report data; the hardware report binds the TPM.
  private Judgement azure(String file, String form, String tee, Json.Obj json)
      throws RefusedException, Failure {
    try {
      Json.Obj hardware = policy.without(USER_DATA).without(INIT_DATA).without(REPORT_DATA);
      AzurePolicy asked =
          hex(USER_DATA)
              .map(AzurePolicy.STRICT::withUserData)
              .orElse(AzurePolicy.STRICT)
              .withoutNonce();
      Verifier verifier =
          tee.equals(AZURE_SNP)
              ? new AzureSnpVerifier(roots.snp(), SnpPolicy.of(hardware), asked, files)
              : new AzureTdxVerifier(roots.dcap(), DcapPolicy.parse(hardware), asked, files);
      return verified(file, form, verifier, json, hex(INIT_DATA));
    } catch (FormatException e) {
      throw policyFailure(tee, e);
    }
  }

  private Judgement hcl(String file, String form, Bytes report) throws RefusedException, Failure {
    try {
      Json.Obj hardware = policy.without(USER_DATA).without(INIT_DATA).without(REPORT_DATA);
      AzurePolicy asked =
          hex(USER_DATA).map(AzurePolicy.STRICT::withUserData).orElse(AzurePolicy.STRICT);
      VerifiedHclReport verified =
          new AzureSnpVerifier(roots.snp(), SnpPolicy.of(hardware), asked, files)
              .verifyReport(report, at);
      return new Judgement(
          file,
          form,
          AZURE_SNP,
          verified.checks(),
          List.of(),
          new Judgement.End.Accepted(verified.anchor(), verified.claims()));
    } catch (FormatException e) {
      throw policyFailure(AZURE_SNP, e);
    }
  }

  private Judgement verified(
      String file, String form, Verifier verifier, Json.Obj json, Optional<Bytes> initData)
      throws RefusedException, FormatException {
    Bytes data = reportData.isPresent() ? reportData.get() : hex(REPORT_DATA).orElse(Bytes.EMPTY);
    VerifiedEvidence evidence = verifier.verify(json, new ExpectedBinding(data, initData), at);
    return new Judgement(
        file,
        form,
        verifier.tee(),
        evidence.checks(),
        silent(verifier.tee()),
        new Judgement.End.Accepted(evidence.anchor(), evidence.claims()));
  }

  /// Members of the policy that are not there, and without which no check of theirs runs.
  private List<Judgement.Unchecked> silent(String tee) {
    List<Judgement.Unchecked> silent = new ArrayList<>();
    boolean guest = tee.equals("tdx") || tee.equals("az-tdx-vtpm");
    if ((guest || tee.equals("sgx")) && policy.get("acceptedTcbStatuses").isEmpty()) {
      silent.add(new Judgement.Unchecked(DcapCheck.TCB_LEVEL.id(), "acceptedTcbStatuses"));
    }
    if (guest && policy.get("mrTd").isEmpty()) {
      silent.add(new Judgement.Unchecked(DcapCheck.MEASUREMENTS.id(), "mrTd"));
    }
    return silent;
  }

  private Optional<Bytes> hex(String member) throws FormatException {
    Optional<String> text = policy.optionalString(member);
    return text.isEmpty() ? Optional.empty() : Optional.of(Bytes.fromHex(text.get()));
  }

  private static Failure policyFailure(String tee, FormatException e) {
    return new Failure("the policy is none for " + tee + " evidence: " + e.getMessage());
  }
}
