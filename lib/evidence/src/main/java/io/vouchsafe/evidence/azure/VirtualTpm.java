package io.vouchsafe.evidence.azure;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.internal.CertificateChain;
import io.vouchsafe.evidence.internal.InitDataRegister;
import io.vouchsafe.evidence.internal.SignedQuote;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.PcrSelection;
import io.vouchsafe.tpm.TpmsAttest;
import io.vouchsafe.tpm.TpmtSignature;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What is the same for both kinds of hardware: the evidence and what it holds, read, and then the
/// virtual TPM judged by what the hardware report binds.
final class VirtualTpm {
  private static final HashAlg BANK = HashAlg.SHA256;
  private static final int MIN_RSA_BITS = 2048;
  private static final SignedQuote.Steps STEPS =
      new SignedQuote.Steps(
          AzureCheck.QUOTE_FORMAT,
          AzureCheck.QUOTE_SIGNATURE,
          AzureCheck.NONCE,
          AzureCheck.PCR_SELECTION,
          AzureCheck.PCR_DIGEST);

  private final AzureEvidence evidence;
  private final HclReport hcl;

  private VirtualTpm(AzureEvidence evidence, HclReport hcl) {
    this.evidence = evidence;
    this.hcl = hcl;
  }

  /// Reads evidence.
  @FunctionalInterface
  interface Shape {
    AzureEvidence parse(Json json) throws FormatException;
  }

  static VirtualTpm parse(Json json, Shape shape, HclReport.Hardware hardware, Checklist checks)
      throws RefusedException {
    AzureEvidence evidence;
    try {
      evidence = shape.parse(json);
    } catch (FormatException e) {
      throw refuse(checks, AzureCheck.EVIDENCE_FORMAT, e);
    }
    checks.pass(
        AzureCheck.EVIDENCE_FORMAT,
        "Azure evidence",
        "Azure evidence of version " + evidence.version());
    return new VirtualTpm(evidence, hcl(evidence.hclReport(), hardware, checks));
  }

  /// Reads an HCL report of that hardware.
  static HclReport hcl(Bytes raw, HclReport.Hardware hardware, Checklist checks)
      throws RefusedException {
    HclReport hcl;
    try {
      hcl = HclReport.parse(raw);
    } catch (FormatException e) {
      throw refuse(checks, AzureCheck.HCL_FORMAT, e);
    }
    checks.pass(
        AzureCheck.HCL_FORMAT, "an HCL report of version 1 or 2", "version " + hcl.version());
    checks.require(
        AzureCheck.TEE,
        hcl.hardware() == hardware,
        Code.TEE_MISMATCH,
        hardware.toString(),
        hcl.hardware().toString());
    return hcl;
  }

  private static RefusedException refuse(Checklist checks, AzureCheck check, FormatException e) {
    Code code = check.codeFor(e.code(), Code.MALFORMED);
    return checks.refuse(check, code, e.expected(), e.found());
  }

  AzureEvidence evidence() {
    return evidence;
  }

  HclReport hcl() {
    return hcl;
  }

  /// Judges the virtual TPM.
  ///
  /// @param reportData that of the hardware report, which is verified
  /// @param hardware what the hardware claims
  /// @param binding its report data is what the quote binds
  /// @param known chains of attestation keys under the roots of `policy`
  /// @return all claims
  Json.Obj verify(
      Bytes reportData,
      Json.Obj hardware,
      ExpectedBinding binding,
      AzurePolicy policy,
      CertificateChain.Known known,
      Instant at,
      Checklist checks)
      throws RefusedException {
    RuntimeData runtime = bound(hcl, reportData, checks);
    akCertificate(runtime, policy, known, at, checks);
    Optional<Bytes> nonce =
        binding.reportData().isEmpty() && !policy.requireNonce()
            ? Optional.empty()
            : Optional.of(binding.reportData());
    TpmsAttest attest = quote(runtime, nonce, checks);
    boolean twice = evidence.version() == AzureEvidence.BINDS_USER_DATA;
    userData(runtime, policy.userData().or(() -> twice ? nonce : Optional.empty()), checks);
    InitDataRegister.require(
        AzureCheck.INIT_DATA, evidence.pcrs().get(InitDataRegister.PCR), binding, checks);
    return claims(hardware, runtime, attest);
  }

  /// The runtime data, read only once it is bound: until then it is anybody's words.
  ///
  /// @param reportData that of the hardware report, which is verified
  static RuntimeData bound(HclReport hcl, Bytes reportData, Checklist checks)
      throws RefusedException {
    checks.require(
        AzureCheck.BINDING,
        reportData.equals(hcl.binding()),
        Code.BINDING_MISMATCH,
        hcl.binding().hex(),
        reportData.hex());
    RuntimeData runtime;
    try {
      runtime = RuntimeData.parse(hcl.runtimeData());
    } catch (FormatException e) {
      throw refuse(checks, AzureCheck.RUNTIME_DATA, e);
    }
    checks.pass(AzureCheck.RUNTIME_DATA, "runtime data with one attestation key", "one key");
    int bits = runtime.attestationKey().getModulus().bitLength();
    checks.require(
        AzureCheck.AK,
        bits >= MIN_RSA_BITS,
        Code.WEAK_KEY,
        "RSA of at least " + MIN_RSA_BITS + " bits",
        bits + " bits");
    return runtime;
  }

  private void akCertificate(
      RuntimeData runtime,
      AzurePolicy policy,
      CertificateChain.Known known,
      Instant at,
      Checklist checks)
      throws RefusedException {
    List<Bytes> chain = evidence.akCertificates();
    if (chain.isEmpty() && !policy.requireAkCertificate()) {
      checks.notChecked(AzureCheck.AK_CERTIFICATE, "no certificate of the attestation key");
      return;
    }
    AkCertificate.verify(chain, runtime.attestationKey(), policy.roots(), known, at, checks);
  }

  private TpmsAttest quote(RuntimeData runtime, Optional<Bytes> nonce, Checklist checks)
      throws RefusedException {
    SortedMap<Integer, Bytes> values = new TreeMap<>();
    for (Bytes value : evidence.pcrs()) {
      values.put(values.size(), value);
    }
    SignedQuote quote =
        new SignedQuote(
            evidence.message(),
            TpmtSignature.rsassa(HashAlg.SHA256, evidence.signature()),
            BANK,
            values);
    TpmsAttest attest = quote.verify(runtime.attestationKey(), nonce, STEPS, checks);
    // Appraisal and init-data rely on each of them.
    if (values.size() != PcrSelection.PCR_COUNT) {
      throw checks.refuse(
          AzureCheck.PCR_SELECTION,
          Code.PCR_SELECTION_MISMATCH,
          "all " + PcrSelection.PCR_COUNT + " registers",
          values.size() + " of them");
    }
    return attest;
  }

  static void userData(RuntimeData runtime, Optional<Bytes> expected, Checklist checks)
      throws RefusedException {
    String found = runtime.userData().map(Bytes::hex).orElse("none");
    if (expected.isEmpty()) {
      checks.notChecked(AzureCheck.USER_DATA, found);
      return;
    }
    Bytes wanted = expected.get();
    boolean same =
        wanted.size() <= RuntimeData.USER_DATA_SIZE
            && runtime.userData().isPresent()
            && runtime.userData().get().matches(wanted.fit(RuntimeData.USER_DATA_SIZE));
    checks.require(AzureCheck.USER_DATA, same, Code.USER_DATA_MISMATCH, wanted.hex(), found);
  }

  /// What is claimed beside the hardware: members of the reference broker, then ours.
  private Json.Obj claims(Json.Obj hardware, RuntimeData runtime, TpmsAttest attest) {
    Json.ObjBuilder registers = Json.object();
    List<Bytes> pcrs = evidence.pcrs();
    for (int pcr = 0; pcr < pcrs.size(); pcr++) {
      registers.put((pcr < 10 ? "pcr0" : "pcr") + pcr, pcrs.get(pcr).hex());
    }
    return claims(
        hardware
            .with("report_data", Json.of(attest.extraData().hex()))
            .with("init_data", Json.of(pcrs.get(InitDataRegister.PCR).hex()))
            .with("tpm", registers.build())
            .with("reset_count", Json.of(attest.clock().resetCount()))
            .with("restart_count", Json.of(attest.clock().restartCount())),
        runtime);
  }

  /// What the runtime data claims.
  static Json.Obj claims(Json.Obj others, RuntimeData runtime) {
    Json.Obj claims =
        others
            .with("ak_public", Json.of(Bytes.of(runtime.attestationKey().getEncoded()).base64()))
            .with("vm_configuration", runtime.configuration());
    return runtime.userData().isEmpty()
        ? claims
        : claims.with("user_data", Json.of(runtime.userData().get().hex()));
  }
}
