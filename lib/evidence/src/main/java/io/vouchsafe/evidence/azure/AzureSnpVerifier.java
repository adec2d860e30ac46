package io.vouchsafe.evidence.azure;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.evidence.internal.CertificateChain;
import io.vouchsafe.evidence.internal.VerifierOnly;
import io.vouchsafe.evidence.snp.SnpEndorsementSource;
import io.vouchsafe.evidence.snp.SnpEndorsements;
import io.vouchsafe.evidence.snp.SnpPolicy;
import io.vouchsafe.evidence.snp.SnpReport;
import io.vouchsafe.evidence.snp.SnpReportVerifier;
import io.vouchsafe.evidence.snp.SnpTrust;
import io.vouchsafe.evidence.snp.VerifiedSnpReport;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Verifies the evidence of Azure's confidential virtual machines on SEV-SNP (specs/evidence-x86
/// §7, specs/kbs-protocol §10.5). The checks are those of [AzureCheck], with those of
/// [io.vouchsafe.evidence.snp.SnpCheck] among them. Thread-safe.
///
/// The report is the paravisor's, at privilege level 0: a guest at another level could ask for the
/// same report data, so no policy allows one.
public final class AzureSnpVerifier implements Verifier {
  private static final int PARAVISOR_VMPL = 0;
  private static final String MEASUREMENT = "measurement";

  /// Claims that the reference broker writes as text here, unlike for bare reports.
  private static final Set<String> TEXTS =
      Set.of(
          "policy_abi_major",
          "policy_abi_minor",
          "policy_smt_allowed",
          "policy_migrate_ma",
          "policy_debug_allowed",
          "policy_single_socket",
          "reported_tcb_bootloader",
          "reported_tcb_tee",
          "reported_tcb_snp",
          "reported_tcb_microcode",
          "platform_tsme_enabled",
          "platform_smt_enabled");

  private final SnpReportVerifier reports;
  private final SnpPolicy policy;
  private final AzurePolicy azure;
  private final CertificateChain.Known keys = new CertificateChain.Known();
  private final SnpEndorsementSource source;

  /// @param trust which roots and products count
  /// @param policy what is accepted of the hardware; privilege level 0 is always demanded, and the
  ///   report data is that of the runtime data
  /// @param azure what is asked beyond that
  /// @param source what is known beside the evidence, authorities above all: it brings the
  ///   certificate of the signing key and perhaps nothing more
  public AzureSnpVerifier(
      SnpTrust trust, SnpPolicy policy, AzurePolicy azure, SnpEndorsementSource source) {
    this.reports = new SnpReportVerifier(trust);
    this.policy = policy.withVmpl(PARAVISOR_VMPL);
    this.azure = Objects.requireNonNull(azure, "azure");
    this.source = Objects.requireNonNull(source, "source");
  }

  /// For a broker: AMD's roots and the strict policies.
  public static AzureSnpVerifier strict(SnpEndorsementSource source) {
    return new AzureSnpVerifier(SnpTrust.amd(), SnpPolicy.STRICT, AzurePolicy.STRICT, source);
  }

  @Override
  public String tee() {
    return "az-snp-vtpm";
  }

  @Override
  public VerifiedEvidence verify(Json evidence, ExpectedBinding binding, Instant at)
      throws RefusedException {
    Checklist checks = new Checklist();
    VirtualTpm tpm = VirtualTpm.parse(evidence, AzureEvidence::snp, HclReport.Hardware.SNP, checks);
    List<Bytes> sent = tpm.evidence().hardware();
    VerifiedSnpReport report =
        reports.verify(
            tpm.hcl().report(), parsed -> endorsements(sent, parsed), policy, at, checks);
    Json.Obj claims =
        tpm.verify(report.report().reportData(), claims(report), binding, azure, keys, at, checks);
    return new VerifiedEvidence(
        VerifierOnly.INSTANCE, tee(), "cpu", report.anchor(), claims, checks.results());
  }

  /// Verifies an HCL report by itself: as far as it goes without a quote of the virtual TPM, which
  /// the checks say.
  ///
  /// @param hcl what NV index 0x01400001 holds; the certificate of the signing key must be known
  public VerifiedHclReport verifyReport(Bytes hcl, Instant at) throws RefusedException {
    Checklist checks = new Checklist();
    HclReport parsed = VirtualTpm.hcl(hcl, HclReport.Hardware.SNP, checks);
    VerifiedSnpReport report = reports.verify(parsed.report(), source, policy, at, checks);
    RuntimeData runtime = VirtualTpm.bound(parsed, report.report().reportData(), checks);
    checks.notChecked(AzureCheck.QUOTE_SIGNATURE, "no quote of the virtual TPM");
    VirtualTpm.userData(runtime, azure.userData(), checks);
    return new VerifiedHclReport(
        runtime, report.anchor(), VirtualTpm.claims(claims(report), runtime), checks.results());
  }

  private SnpEndorsements endorsements(List<Bytes> sent, SnpReport report) {
    SnpEndorsements known = source.of(report);
    SnpEndorsements own =
        new SnpEndorsements(sent.subList(0, 1), sent.subList(1, sent.size()), List.of());
    return own.and(new SnpEndorsements(List.of(), known.authorities(), known.revocationLists()));
  }

  private static Json.Obj claims(VerifiedSnpReport report) {
    Json.ObjBuilder claims = Json.object();
    report
        .claims()
        .members()
        .forEach((name, value) -> claims.put(name, TEXTS.contains(name) ? text(value) : value));
    return claims.build().with(MEASUREMENT, Json.of(report.report().measurement().base64()));
  }

  private static Json text(Json value) {
    return Json.of(value.compact());
  }
}
