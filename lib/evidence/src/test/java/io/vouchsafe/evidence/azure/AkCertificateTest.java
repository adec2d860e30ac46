package io.vouchsafe.evidence.azure;

import static io.vouchsafe.evidence.azure.Azure.AT;
import static io.vouchsafe.evidence.azure.Azure.NONCE;
import static io.vouchsafe.evidence.azure.Azure.TPM;
import static io.vouchsafe.evidence.azure.Azure.assertRefused;
import static io.vouchsafe.evidence.azure.Azure.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.RootKeys;
import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.testkit.tpm.CloudAuthority;
import io.vouchsafe.testkit.tpm.CloudAuthority.Profile;
import io.vouchsafe.testkit.tpm.CloudAuthority.Scheme;
import io.vouchsafe.testkit.tpm.CloudTpm;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Certificates of the attestation key, broken in one place each and refused for that.
class AkCertificateTest {
  private static final CloudAuthority ROOT =
      CloudAuthority.root("Virtual TPM root", Scheme.PKCS1_SHA384);
  private static final CloudAuthority AUTHORITY =
      ROOT.intermediate(Profile.authority("Cloud Virtual TPM CA - 07").by(Scheme.PKCS1_SHA512));
  private static final Profile PROPER =
      Profile.leaf("2ede.ConfidentialVM.Azure.windows.net")
          .withUses("1.3.6.1.4.1.311.10.3.12", "2.23.133.8.3")
          .by(Scheme.PKCS1_SHA512);
  private static final Verifier VERIFIER = Azure.snpVerifier(policy());

  private static AzurePolicy policy() {
    try {
      return AzurePolicy.STRICT.withRoots(RootKeys.none().named(ROOT.certificate()));
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  private static Json with(Bytes... certificates) {
    return Azure.snp().withAkCertificates(List.of(certificates)).evidence(NONCE);
  }

  private static Json with(Profile profile) {
    return with(AUTHORITY.issue(TPM.key(), profile), AUTHORITY.certificate());
  }

  @Test
  void certificate_ofTheBoundKey_isAccepted() throws Exception {
    for (int version : new int[] {0, 1, 2}) {
      Json evidence =
          Azure.snp()
              .withAkCertificates(
                  List.of(AUTHORITY.issue(TPM.key(), PROPER), AUTHORITY.certificate()))
              .evidence(version, NONCE);
      assertThat(verify(VERIFIER, evidence).checks())
          .filteredOn(check -> check.check().equals(AzureCheck.AK_CERTIFIED.id()))
          .extracting(CheckResult::outcome)
          .containsExactly(CheckResult.Outcome.PASSED);
    }
  }

  @Test
  void certificate_thatIsDemanded_mustCome() {
    assertRefused(
        Azure.snpVerifier(policy().requiringAkCertificate()),
        Azure.snp().evidence(NONCE),
        AzureCheck.AK_CERTIFICATE,
        Code.MALFORMED);
  }

  @Test
  void certificate_ofAnotherKey_isRefused() {
    assertRefused(
        VERIFIER,
        with(AUTHORITY.issue(CloudTpm.create().key(), PROPER), AUTHORITY.certificate()),
        AzureCheck.AK_CERTIFIED,
        Code.BINDING_MISMATCH);
  }

  @Test
  void certificate_ofAnotherRoot_isNotTrusted() {
    CloudAuthority stranger = CloudAuthority.root("Virtual TPM root", Scheme.PKCS1_SHA384);
    assertRefused(
        VERIFIER,
        with(stranger.issue(TPM.key(), PROPER), stranger.certificate()),
        AzureCheck.AK_CHAIN,
        Code.CHAIN_INVALID);
    assertRefused(
        VERIFIER,
        with(AUTHORITY.issue(TPM.key(), PROPER)),
        AzureCheck.AK_CHAIN,
        Code.CHAIN_INVALID);
    // Under Microsoft's own roots.
    assertRefused(Azure.SNP, with(PROPER), AzureCheck.AK_CHAIN, Code.CHAIN_INVALID);
  }

  @Test
  void certificate_belowAShortKey_isRefused() {
    CloudAuthority weak = ROOT.intermediate(Profile.authority("weak"), 1024);
    assertRefused(
        VERIFIER,
        with(weak.issue(TPM.key(), PROPER.by(Scheme.PKCS1_SHA256)), weak.certificate()),
        AzureCheck.AK_CHAIN,
        Code.WEAK_KEY);
  }

  @Test
  void certificate_beyondItsBound_isRefused() {
    assertRefused(VERIFIER, with(Bytes.zeros(20_000)), AzureCheck.AK_CERTIFICATE, Code.OVERSIZED);
  }

  @Test
  void certificate_ofAnotherProfile_isRefused() {
    for (Profile other :
        List.of(
            Profile.leaf("2ede.ConfidentialVM.Azure.windows.net.example.com")
                .withUses("1.3.6.1.4.1.311.10.3.12", "2.23.133.8.3"),
            Profile.leaf("").withUses("1.3.6.1.4.1.311.10.3.12", "2.23.133.8.3"),
            PROPER.withUses("2.23.133.8.3"),
            PROPER.withUses(),
            PROPER.withUsage(0x20))) {
      assertRefused(VERIFIER, with(other), AzureCheck.AK_PROFILE, Code.CHAIN_INVALID);
    }
  }

  @Test
  void certificate_atAnotherTime_isRefused() {
    assertRefused(
        VERIFIER,
        with(PROPER.valid(CloudAuthority.FROM, AT.minusSeconds(1))),
        AzureCheck.AK_VALIDITY,
        Code.CERT_EXPIRED);
    assertRefused(
        VERIFIER,
        with(PROPER.valid(AT.plusSeconds(1), CloudAuthority.TO)),
        AzureCheck.AK_VALIDITY,
        Code.CERT_NOT_YET_VALID);
  }

  @Test
  void certificate_thatIsNone_isMalformed() {
    assertRefused(VERIFIER, with(Bytes.utf8("x")), AzureCheck.AK_CERTIFICATE, Code.MALFORMED);
    Bytes[] many = new Bytes[9];
    java.util.Arrays.fill(many, AUTHORITY.certificate());
    assertRefused(VERIFIER, with(many), AzureCheck.EVIDENCE_FORMAT, Code.OVERSIZED);
  }

  @Test
  void index_endsWhereTheCertificateDoes() throws Exception {
    Bytes certificate = AUTHORITY.issue(TPM.key(), PROPER);
    assertThat(AkCertificate.ofIndex(certificate.fit(4096))).isEqualTo(certificate);
    assertThat(AkCertificate.ofIndex(certificate)).isEqualTo(certificate);
    for (Bytes other :
        List.of(
            Bytes.EMPTY,
            certificate.slice(0, 100).fit(200),
            certificate.concat(Bytes.of((byte) 1)),
            Bytes.zeros(20_000))) {
      assertThatThrownBy(() -> AkCertificate.ofIndex(other)).isInstanceOf(FormatException.class);
    }
  }

  @Test
  void vendorRoots_areThoseOfTheirFingerprints() {
    assertThat(AzureRoots.virtualTpm().roots())
        .extracting(root -> root.fingerprint().hex().substring(0, 8))
        .containsExactly("5cbc5267", "d61ed293");
    assertThat(AzureRoots.virtualTpm().roots())
        .allSatisfy(root -> assertThat(root.anchor()).isEqualTo(Anchor.PRODUCTION));
  }

  @Test
  void certificate_thatWasGenuineBefore_isJudgedByTheTimeAndTheKeyOfEachUse() throws Exception {
    Verifier verifier = Azure.snpVerifier(policy());
    Bytes certificate =
        AUTHORITY.issue(TPM.key(), PROPER.valid(CloudAuthority.FROM, AT.plusSeconds(60)));
    Json evidence = with(certificate, AUTHORITY.certificate());
    int first = verify(verifier, evidence).checks().size();
    assertThat(verify(verifier, evidence).checks()).hasSize(first);
    assertThatThrownBy(() ->
            verifier.verify(
                evidence, new ExpectedBinding(NONCE, Optional.empty()), AT.plusSeconds(61)))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.CERT_EXPIRED));
    assertRefused(verifier, with(certificate), AzureCheck.AK_CHAIN, Code.CHAIN_INVALID);
  }
}
