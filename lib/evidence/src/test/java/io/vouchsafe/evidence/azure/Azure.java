package io.vouchsafe.evidence.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.evidence.dcap.Collateral;
import io.vouchsafe.evidence.dcap.DcapPolicy;
import io.vouchsafe.evidence.dcap.DcapRoots;
import io.vouchsafe.evidence.snp.SnpEndorsements;
import io.vouchsafe.evidence.snp.SnpPolicy;
import io.vouchsafe.evidence.snp.SnpTrust;
import io.vouchsafe.testkit.amd.SimulatedAmd;
import io.vouchsafe.testkit.amd.SimulatedAmd.SimulatedKey;
import io.vouchsafe.testkit.amd.SimulatedReport;
import io.vouchsafe.testkit.amd.SimulatedTcb;
import io.vouchsafe.testkit.amd.VekExtensions;
import io.vouchsafe.testkit.intel.PckProfile;
import io.vouchsafe.testkit.intel.SimulatedBody;
import io.vouchsafe.testkit.intel.SimulatedIntel;
import io.vouchsafe.testkit.intel.SimulatedPlatform;
import io.vouchsafe.testkit.intel.SimulatedQuote;
import io.vouchsafe.testkit.intel.TcbDocuments;
import io.vouchsafe.testkit.tpm.AzureGuest;
import io.vouchsafe.testkit.tpm.CloudTpm;
import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// A simulated Azure on a simulated AMD and a simulated Intel.
final class Azure {
  static final Instant AT = TcbDocuments.GOOD;
  static final Bytes NONCE = Bytes.utf8("nonce of this session, and its key, as 48 bytes.");
  static final CloudTpm TPM = tpm();
  static final AzurePolicy POLICY = AzurePolicy.STRICT;

  private static final SimulatedTcb TCB = new SimulatedTcb(4, 0, 24, 219);
  private static final Bytes CHIP_ID = Bytes.zeros(60).concat(Bytes.utf8("chip"));
  private static final SimulatedAmd AMD = SimulatedAmd.of("Milan");
  private static final SimulatedKey VCEK = AMD.chip(VekExtensions.chip("Milan-B0", TCB, CHIP_ID));
  private static final SimulatedIntel INTEL = SimulatedIntel.create();
  private static final SimulatedPlatform SERVER = INTEL.platform(PckProfile.SERVER);
  private static final int REPORT_DATA = 0x50;

  private Azure() {}

  private static CloudTpm tpm() {
    CloudTpm tpm = CloudTpm.create();
    for (int pcr = 0; pcr < 8; pcr++) {
      tpm.extend(pcr, tpm.bank().digest(Bytes.of((byte) pcr)));
    }
    return tpm;
  }

  /// Reports of the chip, each changed before it is signed.
  static AzureGuest.Hardware amd(UnaryOperator<SimulatedReport> change) {
    return new AzureGuest.Hardware(
        2,
        data ->
            VCEK.sign(change.apply(SimulatedReport.milan(TCB, CHIP_ID).with(REPORT_DATA, data))),
        data -> VCEK.certificate());
  }

  /// Quotes of the platform, each body changed before it is signed.
  static AzureGuest.Hardware intel(UnaryOperator<SimulatedBody> change) {
    return new AzureGuest.Hardware(
        4,
        data -> Bytes.of((byte) 0x81),
        data ->
            SimulatedQuote.tdx(change.apply(SimulatedBody.td().with("REPORTDATA", data)))
                .by(SERVER));
  }

  static AzureGuest snp() {
    return snp(TPM);
  }

  static AzureGuest snp(CloudTpm tpm) {
    return AzureGuest.of(tpm, amd(UnaryOperator.identity()), NONCE);
  }

  static AzureGuest tdx() {
    return AzureGuest.of(TPM, intel(UnaryOperator.identity()), NONCE);
  }

  static Verifier snpVerifier(AzurePolicy policy) {
    return reports(policy);
  }

  /// A verifier that knows the chip's certificate.
  static AzureSnpVerifier reports(AzurePolicy policy) {
    SnpEndorsements known =
        new SnpEndorsements(List.of(VCEK.certificate()), AMD.authorities(), List.of());
    try {
      return new AzureSnpVerifier(
          SnpTrust.none().withRoot(AMD.root()), SnpPolicy.STRICT, policy, report -> known);
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  static Verifier tdxVerifier(AzurePolicy policy) {
    try {
      Collateral collateral =
          Collateral.parse(INTEL.collateral(SERVER, TcbDocuments.tdx(PckProfile.SERVER)).json());
      return new AzureTdxVerifier(
          DcapRoots.none().named(INTEL.root()),
          DcapPolicy.STRICT,
          policy,
          platform -> Optional.of(collateral));
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  static final Verifier SNP = snpVerifier(POLICY);
  static final Verifier TDX = tdxVerifier(POLICY);

  static VerifiedEvidence verify(Verifier verifier, Json evidence) throws RefusedException {
    return verifier.verify(evidence, new ExpectedBinding(NONCE, Optional.empty()), AT);
  }

  static RefusedException refusal(Verifier verifier, Json evidence) {
    Throwable thrown = catchThrowable(() -> verify(verifier, evidence));
    assertThat(thrown).isInstanceOf(RefusedException.class);
    return (RefusedException) thrown;
  }

  static void assertRefused(Verifier verifier, Json evidence, Check check, Code code) {
    RefusedException e = refusal(verifier, evidence);
    assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
    assertThat(e.refusal().check()).isEqualTo(check.id());
  }
}
