package io.vouchsafe.evidence.azure;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.evidence.dcap.CollateralSource;
import io.vouchsafe.evidence.dcap.DcapCheck;
import io.vouchsafe.evidence.dcap.DcapPolicy;
import io.vouchsafe.evidence.dcap.DcapRoots;
import io.vouchsafe.evidence.dcap.QuoteVerifier;
import io.vouchsafe.evidence.dcap.TdReport;
import io.vouchsafe.evidence.dcap.VerifiedQuote;
import io.vouchsafe.evidence.internal.CertificateChain;
import io.vouchsafe.evidence.internal.VerifierOnly;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.Objects;

/// Verifies the evidence of Azure's confidential virtual machines on TDX (specs/evidence-x86 §7,
/// specs/kbs-protocol §10.6). The checks are those of [AzureCheck], with those of [DcapCheck] among
/// them. Thread-safe.
///
/// Without collateral it refuses; a platform that is merely out of date is a matter of the
/// appraisal.
public final class AzureTdxVerifier implements Verifier {
  private final QuoteVerifier quotes;
  private final AzurePolicy azure;
  private final CertificateChain.Known keys = new CertificateChain.Known();
  private final CollateralSource source;

  /// @param roots which roots count
  /// @param policy what is accepted of the hardware
  /// @param azure what is asked beyond that
  /// @param source asked once per verification
  public AzureTdxVerifier(
      DcapRoots roots, DcapPolicy policy, AzurePolicy azure, CollateralSource source) {
    this.quotes = new QuoteVerifier(roots, policy);
    this.azure = Objects.requireNonNull(azure, "azure");
    this.source = Objects.requireNonNull(source, "source");
  }

  /// For a broker: Intel's root and the strict policies.
  public static AzureTdxVerifier strict(CollateralSource source) {
    return new AzureTdxVerifier(DcapRoots.intel(), DcapPolicy.STRICT, AzurePolicy.STRICT, source);
  }

  @Override
  public String tee() {
    return "az-tdx-vtpm";
  }

  @Override
  public VerifiedEvidence verify(Json evidence, ExpectedBinding binding, Instant at)
      throws RefusedException {
    Checklist checks = new Checklist();
    VirtualTpm tpm = VirtualTpm.parse(evidence, AzureEvidence::tdx, HclReport.Hardware.TDX, checks);
    Bytes sent = tpm.evidence().hardware().getFirst();
    VerifiedQuote quote = quotes.verify(sent, source, at, checks);
    if (!(quote.quote().body() instanceof TdReport guest)) {
      throw checks.refuse(
          DcapCheck.TEE, Code.TEE_MISMATCH, "tdx", quote.quote().header().tee().tee());
    }
    if (quote.tcb().isEmpty()) {
      throw checks.refuse(
          DcapCheck.COLLATERAL,
          Code.COLLATERAL_MISSING,
          "collateral of FMSPC " + quote.platform().fmspc() + " for tdx",
          "none at hand");
    }
    Json.Obj claims =
        tpm.verify(guest.reportData(), quote.claims(), binding, azure, keys, at, checks);
    return new VerifiedEvidence(
        VerifierOnly.INSTANCE, tee(), "cpu", quote.anchor(), claims, checks.results());
  }
}
