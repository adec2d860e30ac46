package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.Anchor;
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
import io.vouchsafe.evidence.snp.SnpCheck;
import io.vouchsafe.evidence.snp.SnpEndorsements;
import io.vouchsafe.evidence.snp.SnpMigrationAgent;
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
import java.util.Set;
import java.util.TreeSet;

/// Hands evidence to the verifier of its kind.
///
/// @param files what lies beside the evidence
/// @param roots who is trusted
/// @param policy members of specs/evidence-x86 §0.3
/// @param rego policies in Rego, which judge what is genuine and within `policy`
/// @param reportData what the evidence must have bound, if anything is expected
/// @param at the time that everything is judged by
record EvidenceJudge(
    EvidenceFiles files,
    EvidenceRoots roots,
    Json.Obj policy,
    RegoJudge rego,
    Optional<Bytes> reportData,
    Instant at) {
  private static final String AZURE_SNP = "az-snp-vtpm";

  /// What the evidence must have bound.
  static final String REPORT_DATA = "reportData";

  private static final String USER_DATA = "userData";
  private static final String INIT_DATA = "initDataHash";
  private static final String MIGRATION_AGENT = "migrationAgent";
  private static final int REPORT_DATA_SIZE = 64;

  /// Judges evidence of any kind; a refusal is a judgement too.
  ///
  /// @throws Failure if the policy is none for this kind of evidence
  Judgement judge(String file, String form, Evidence evidence) throws Failure {
    try {
      return rego.judge(genuine(file, form, evidence), at);
    } catch (RefusedException e) {
      return Judgement.refused(file, form, evidence.tee(), e);
    }
  }

  private Judgement genuine(String file, String form, Evidence evidence)
      throws RefusedException, Failure {
    return switch (evidence) {
      case EvidenceForm.SnpReport report -> snp(file, form, SnpFile.of(report));
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
      case EvidenceForm.GoogleAttestation(Bytes attestation) ->
          new GoogleJudge(this).attestation(file, form, attestation);
      case EvidenceForm.GoogleAkCertificate(List<Bytes> chain) ->
          new GoogleJudge(this).certificate(file, form, chain);
    };
  }

  /// Judges a launch endorsement by itself.
  Judgement endorsement(String file, String form, Bytes endorsement) throws Failure {
    return rego.judge(new GoogleJudge(this).endorsement(file, form, endorsement), at);
  }

  /// Judges the certificates of legacy SEV that came.
  Judgement sev(String source) throws Failure {
    return rego.judge(new SevJudge(this).judge(source, files.sevCertificates()), at);
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
      case "snp" -> snp(file, form, SnpFile.of(json));
      case "tdx" -> dcap(file, form, TeeKind.TDX, json);
      case "sgx" -> dcap(file, form, TeeKind.SGX, json);
      case AZURE_SNP, "az-tdx-vtpm" -> azure(file, form, tee, json);
      case "tpm" -> new TpmJudge(this).quote(file, form, json);
      case "sample", "sampledevice" -> new TpmJudge(this).sample(file, form, tee, json);
      default -> throw unsupported(tee, form);
    };
  }

  private Judgement snp(String file, String form, SnpFile evidence)
      throws RefusedException, Failure {
    try {
      SnpPolicy wanted = SnpPolicy.of(GoogleJudge.hardware(policy).without(MIGRATION_AGENT));
      if (reportData.isPresent()) {
        wanted = wanted.withReportData(reportData.get().fit(REPORT_DATA_SIZE));
      }
      SnpReportVerifier verifier = new SnpReportVerifier(roots.snp());
      SnpEndorsements known = endorsements(evidence);
      Optional<SnpMigrationAgent> agent = agent(evidence);
      VerifiedSnpReport verified =
          agent.isPresent()
              ? verifier.verifyWithAgent(evidence.report(), known, wanted, agent.get(), at)
              : verifier.verify(evidence.report(), known, wanted, at);
      GoogleJudge.Endorsed endorsed =
          new GoogleJudge(this)
              .endorsed(verified, evidence.endorsement().or(files::hostEndorsement));
      return new Judgement(
          file,
          form,
          "snp",
          endorsed.checks(),
          unnamed(agent),
          new Judgement.End.Accepted(verified.anchor(), endorsed.claims()));
    } catch (FormatException e) {
      throw policyFailure("snp", e);
    }
  }

  /// The evidence of the migration agent that a report names: what came with it, or a file.
  private Optional<SnpMigrationAgent> agent(SnpFile evidence) throws FormatException {
    Optional<SnpFile> found = evidence.agent().or(() -> files.agentOf(evidence));
    if (found.isEmpty() || !evidence.namesAgent()) {
      return Optional.empty();
    }
    Json.Obj asked =
        policy.present(MIGRATION_AGENT).isEmpty()
            ? Json.object().build()
            : policy.object(MIGRATION_AGENT);
    SnpPolicy wanted = SnpPolicy.of(asked);
    if (wanted.allowMigration()) {
      throw FormatException.unexpected("a migration agent that nobody moves", "allowMigration");
    }
    return Optional.of(
        new SnpMigrationAgent(found.get().report(), endorsements(found.get()), wanted));
  }

  /// Whoever runs on the chip could be the agent: which one it is has to be said.
  private static List<Judgement.Unchecked> unnamed(Optional<SnpMigrationAgent> agent) {
    boolean open = agent.isPresent() && agent.get().policy().measurement().isEmpty();
    return open
        ? List.of(
            new Judgement.Unchecked(
                SnpCheck.MIGRATION_AGENT.id(), MIGRATION_AGENT + ".measurement"))
        : List.of();
  }

  private SnpEndorsements endorsements(SnpFile evidence) {
    SnpEndorsements sent = evidence.endorsements();
    try {
      SnpEndorsements known = files.of(SnpReport.parse(evidence.report()));
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
    boolean guest = kind == TeeKind.TDX;
    try {
      Json.Obj hardware = guest ? GoogleJudge.hardware(policy) : policy;
      DcapPolicy wanted = DcapPolicy.parse(hardware.without(REPORT_DATA));
      Verifier verifier = new DcapVerifier(kind, roots.dcap(), wanted, files);
      Judgement judgement = verified(file, form, verifier, json, Optional.empty());
      return guest ? endorsed(judgement) : judgement;
    } catch (FormatException e) {
      throw policyFailure(kind.tee(), e);
    }
  }

  private Judgement endorsed(Judgement judgement) throws RefusedException, FormatException {
    if (!(judgement.end() instanceof Judgement.End.Accepted(Anchor anchor, Json.Obj claims))) {
      return judgement;
    }
    GoogleJudge.Endorsed endorsed = new GoogleJudge(this).endorsed(judgement.checks(), claims);
    return judgement.with(endorsed.checks(), new Judgement.End.Accepted(anchor, endorsed.claims()));
  }

  private Judgement openEnclave(String file, String form, Bytes report)
      throws RefusedException, Failure {
    try {
      DcapPolicy wanted = DcapPolicy.parse(policy.without(REPORT_DATA));
      Optional<Bytes> data = expected();
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
    Bytes data = expected().orElse(Bytes.EMPTY);
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

  /// What the evidence must have bound, by option or policy.
  Optional<Bytes> expected() throws FormatException {
    return reportData.isPresent() ? reportData : hex(REPORT_DATA);
  }

  /// A member of the policy that is hexadecimal.
  Optional<Bytes> hex(String member) throws FormatException {
    Optional<String> text = policy.optionalString(member);
    return text.isEmpty() ? Optional.empty() : Optional.of(Bytes.fromHex(text.get()));
  }

  /// Refuses a policy with other members: what it asks for must not be lost.
  void requireMembers(String tee, Set<String> known) throws Failure {
    for (String member : policy.members().keySet()) {
      if (!known.contains(member)) {
        throw policyFailure(
            tee, FormatException.unexpected("a policy of " + new TreeSet<>(known), member));
      }
    }
  }

  static Failure policyFailure(String tee, FormatException e) {
    return new Failure("the policy is none for " + tee + " evidence: " + e.getMessage());
  }
}
