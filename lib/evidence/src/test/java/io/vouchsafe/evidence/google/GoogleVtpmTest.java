package io.vouchsafe.evidence.google;

import static io.vouchsafe.evidence.google.Google.AT;
import static io.vouchsafe.evidence.google.Google.LOG;
import static io.vouchsafe.evidence.google.Google.NONCE;
import static io.vouchsafe.evidence.google.Google.TPM;
import static io.vouchsafe.evidence.google.Google.TPM_CA;
import static io.vouchsafe.evidence.google.Google.TPM_ROOT;
import static io.vouchsafe.evidence.google.Google.VTPM;
import static io.vouchsafe.evidence.google.Google.ak;
import static io.vouchsafe.evidence.google.Google.akCertificate;
import static io.vouchsafe.evidence.google.Google.attestation;
import static io.vouchsafe.evidence.google.Google.quote;
import static io.vouchsafe.evidence.google.Google.sha1Quote;
import static io.vouchsafe.evidence.google.Google.withLog;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerWriter;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.testkit.tpm.BootLog;
import io.vouchsafe.testkit.tpm.CloudAuthority;
import io.vouchsafe.testkit.tpm.CloudAuthority.Profile;
import io.vouchsafe.testkit.tpm.CloudAuthority.Scheme;
import io.vouchsafe.testkit.tpm.CloudTpm;
import io.vouchsafe.testkit.tpm.ProtobufWriter;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.PcrSelection;
import io.vouchsafe.tpm.TpmtPublic;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Attestations of a simulated virtual TPM, broken in one place each and refused for that.
class GoogleVtpmTest {
  private static final HashAlg BANK = HashAlg.SHA256;
  private static final PcrSelection ALL = PcrSelection.all(BANK);

  private static VerifiedVtpm verify(Bytes message) throws RefusedException {
    return VTPM.verify(message, NONCE, AT);
  }

  private static void assertRefused(Bytes message, GoogleVtpmCheck check, Code code) {
    Google.assertRefused(() -> verify(message), check, code);
  }

  private static Bytes quoting(Bytes message, List<Bytes> registers) {
    return attestation(quote(TPM, message, registers));
  }

  private static Bytes certified(Bytes certificate) {
    return attestation(TPM.area().raw(), LOG, certificate, quote());
  }

  @Test
  void attestation_ofAMachine_isAccepted() throws Exception {
    VerifiedVtpm verified = verify(attestation(sha1Quote().raw(Bytes.EMPTY), quote()));
    assertThat(verified.anchor()).isEqualTo(Anchor.OPERATOR_NAMED);
    assertThat(verified.bank()).isEqualTo(BANK);
    assertThat(verified.registers()).hasSize(24);
    assertThat(verified.registers(HashAlg.SHA1)).hasSize(24);
    assertThat(verified.registers(HashAlg.SHA512)).isEmpty();
    assertThat(verified.technology()).contains(Technology.AMD_SEV);
    Json.Obj claims = verified.claims();
    assertThat(claims.string("report_data")).isEqualTo(NONCE.hex());
    assertThat(claims.string("technology")).isEqualTo("AMD_SEV");
    assertThat(claims.string("trust")).isEqualTo("vtpm");
    assertThat(claims.object("instance").string("instance_name")).isEqualTo("name");
    assertThat(claims.object("instance").bool("production")).isTrue();
    assertThat(claims.object("tpm").members()).hasSize(24);
  }

  @Test
  void attestation_withoutALog_saysThatItIsNotChecked() throws Exception {
    VerifiedVtpm verified = verify(withLog(Bytes.EMPTY));
    assertThat(verified.eventLog()).isEmpty();
    assertThat(verified.technology()).isEmpty();
  }

  @Test
  void attestation_cutAtEachLength_isRefused() {
    Bytes good = attestation(quote());
    for (int size = 0; size < good.size(); size++) {
      Bytes cut = good.slice(0, size);
      assertThatThrownBy(() -> verify(cut))
          .as("cut to " + size)
          .isInstanceOfSatisfying(
              RefusedException.class,
              // Without its last fields it lacks its certificates.
              e -> assertThat(List.of(Code.MALFORMED, Code.CHAIN_INVALID)).contains(e.code()));
    }
  }

  @Test
  void attestation_thatIsNone_isRefused() {
    assertRefused(
        Bytes.zeros(GoogleAttestation.MAX_SIZE + 1), GoogleVtpmCheck.FORMAT, Code.OVERSIZED);
    assertRefused(attestation(), GoogleVtpmCheck.FORMAT, Code.MALFORMED);
    assertRefused(attestation(quote(), quote()), GoogleVtpmCheck.FORMAT, Code.MALFORMED);
    Bytes message = TPM.quote(NONCE);
    assertRefused(
        attestation(quote(message, TPM.signature(message), 0x12, TPM.registers())),
        GoogleVtpmCheck.FORMAT,
        Code.UNSUPPORTED_ALGORITHM);
    ProtobufWriter twice =
        new ProtobufWriter()
            .number(1, BANK.id())
            .message(2, new ProtobufWriter().number(1, 3).bytes(2, Bytes.zeros(32)))
            .message(2, new ProtobufWriter().number(1, 3).bytes(2, Bytes.zeros(32)));
    assertRefused(
        attestation(
            new ProtobufWriter()
                .bytes(1, message)
                .bytes(2, TPM.signature(message))
                .message(3, twice)),
        GoogleVtpmCheck.FORMAT,
        Code.MALFORMED);
    List<Bytes> many = new ArrayList<>(TPM.registers());
    many.add(Bytes.zeros(32));
    assertRefused(quoting(message, many), GoogleVtpmCheck.FORMAT, Code.MALFORMED);
  }

  @Test
  void quote_ofAnotherNonce_isRefused() {
    for (Bytes other : List.of(Bytes.EMPTY, Bytes.utf8("nonc"), Bytes.utf8("nonce\0"))) {
      assertRefused(
          quoting(TPM.quote(other), TPM.registers()), GoogleVtpmCheck.NONCE, Code.NONCE_MISMATCH);
    }
  }

  @Test
  void quote_thatIsNone_isMalformed() {
    Bytes message = TPM.quote(NONCE);
    for (Bytes other :
        List.of(
            message.slice(0, message.size() - 1),
            message.concat(Bytes.zeros(1)),
            Bytes.utf8("anything"))) {
      assertRefused(
          quoting(other, TPM.registers()), GoogleVtpmCheck.QUOTE_FORMAT, Code.QUOTE_MALFORMED);
    }
  }

  @Test
  void quote_byAnotherKey_isRefused() {
    CloudTpm other = CloudTpm.create();
    Bytes message = TPM.quote(NONCE);
    assertRefused(
        attestation(quote(message, other.signature(message), BANK.id(), TPM.registers())),
        GoogleVtpmCheck.QUOTE_SIGNATURE,
        Code.QUOTE_SIGNATURE_INVALID);
  }

  @Test
  void quote_signedWithSha1_isRefused() throws Exception {
    Bytes message = TPM.quote(NONCE);
    Bytes signature = Bytes.fromHex("00140004").concat(TPM.signature(message).slice(4, 262));
    assertRefused(
        attestation(quote(message, signature, BANK.id(), TPM.registers())),
        GoogleVtpmCheck.QUOTE_SIGNATURE,
        Code.UNSUPPORTED_ALGORITHM);
    assertRefused(
        attestation(quote(message, signature.slice(0, 3), BANK.id(), TPM.registers())),
        GoogleVtpmCheck.QUOTE_SIGNATURE,
        Code.QUOTE_SIGNATURE_INVALID);
  }

  @Test
  void quote_ofAnotherSelection_isRefused() {
    Bytes digest = PcrSelection.digest(BANK, ALL, TPM.registers());
    for (List<PcrSelection> other :
        List.of(
            List.<PcrSelection>of(),
            List.of(ALL, ALL),
            List.of(PcrSelection.of(BANK, 0, 1)),
            List.of(PcrSelection.all(HashAlg.SHA1)))) {
      assertRefused(
          quoting(TPM.quote(NONCE, other, digest), TPM.registers()),
          GoogleVtpmCheck.PCR_SELECTION,
          Code.PCR_SELECTION_MISMATCH);
    }
    assertRefused(
        quoting(TPM.quote(NONCE), TPM.registers().subList(0, 23)),
        GoogleVtpmCheck.PCR_SELECTION,
        Code.PCR_SELECTION_MISMATCH);
  }

  @Test
  void registers_inAnotherOrder_areNotThoseThatWereSigned() {
    assertRefused(
        quoting(TPM.quote(NONCE), Google.swapped(TPM.registers())),
        GoogleVtpmCheck.PCR_DIGEST,
        Code.PCR_DIGEST_MISMATCH);
  }

  @Test
  void secondQuote_isJudgedToo() {
    CloudTpm weak = TPM.withBank(HashAlg.SHA1);
    assertRefused(
        attestation(quote(), quote(weak, weak.quote(Bytes.utf8("old")), weak.registers())),
        GoogleVtpmCheck.NONCE,
        Code.NONCE_MISMATCH);
  }

  @Test
  void bankOfSha1Alone_isWeak() {
    assertRefused(attestation(sha1Quote()), GoogleVtpmCheck.PCR_BANK, Code.PCR_BANK_WEAK);
  }

  @Test
  void log_ofAnotherBoot_isRefused() {
    assertRefused(withLog(Google.log((byte) 4)), GoogleVtpmCheck.EVENT_LOG, Code.EVENTLOG_MISMATCH);
    // All events of a register left out.
    Bytes without =
        new BootLog()
            .measured(0, EventLog.EV_S_CRTM_VERSION, Bytes.utf8("GCE Virtual Firmware"))
            .measured(0, 0x11, Google.nonHostInfo((byte) 1))
            .toBytes();
    assertRefused(withLog(without), GoogleVtpmCheck.EVENT_LOG, Code.EVENTLOG_MISMATCH);
    // One more event, in a register that firmware does not use.
    Bytes whole = new BootLog().measured(15, 0xd, Bytes.utf8("x")).toBytes();
    Bytes more = LOG.concat(whole.slice(new BootLog().toBytes().size(), whole.size()));
    assertRefused(withLog(more), GoogleVtpmCheck.EVENT_LOG, Code.EVENTLOG_MISMATCH);
  }

  @Test
  void log_thatCannotBeReplayed_isRefused() {
    assertRefused(withLog(LOG.slice(0, LOG.size() - 1)), GoogleVtpmCheck.EVENT_LOG, Code.MALFORMED);
    assertRefused(
        withLog(Bytes.zeros(EventLog.MAX_SIZE + 1)), GoogleVtpmCheck.EVENT_LOG, Code.OVERSIZED);
    CloudTpm strong = TPM.withBank(HashAlg.SHA384);
    assertRefused(
        attestation(quote(strong, strong.quote(NONCE), strong.registers())),
        GoogleVtpmCheck.EVENT_LOG,
        Code.UNSUPPORTED_ALGORITHM);
  }

  @Test
  void technology_thatTheDigestDoesNotProve_isUnknown() throws Exception {
    Bytes info = Google.nonHostInfo((byte) 4);
    for (BootLog other :
        List.of(
            new BootLog().event(0, 0x11, Bytes.zeros(32), info),
            new BootLog().measured(1, 0x11, info),
            new BootLog().measured(0, 0x11, info).measured(0, 0x11, info),
            new BootLog().measured(0, 0x11, Google.nonHostInfo((byte) 5)),
            new BootLog().measured(0, 0x11, Google.nonHostInfo((byte) -1)),
            new BootLog().measured(0, 0x11, info.slice(0, 31)),
            new BootLog())) {
      assertThat(Technology.of(EventLog.parse(other.toBytes()), BANK)).isEmpty();
    }
    assertThat(Technology.of(EventLog.parse(Google.log((byte) 4)), BANK))
        .contains(Technology.AMD_SEV_SNP);
  }

  @Test
  void attestationKey_thatIsNotCertified_isRefused() {
    CloudTpm other = CloudTpm.create();
    Bytes message = other.quote(NONCE);
    assertRefused(
        attestation(
            other.area().raw(), LOG, akCertificate(ak()), quote(other, message, other.registers())),
        GoogleVtpmCheck.AK_KEY,
        Code.BINDING_MISMATCH);
    assertRefused(certified(Bytes.EMPTY), GoogleVtpmCheck.AK_CERTIFICATE, Code.MALFORMED);
  }

  @Test
  void attestationKey_thatIsNone_isRefused() throws Exception {
    // A keyed hash without scheme.
    Bytes area = Bytes.fromHex("0008000b000500720000" + "0010" + "0020" + "00".repeat(32));
    assertRefused(
        attestation(area, LOG, akCertificate(ak()), quote()),
        GoogleVtpmCheck.AK_KEY,
        Code.UNSUPPORTED_ALGORITHM);
  }

  @Test
  void realCertificate_ofAnEccKey_leadsToGoogle() throws Exception {
    List<Bytes> chain = new ArrayList<>();
    for (String file :
        List.of(
            "tpm/gce-certs/pca_tpm_ecc_sign_cert.pem", "gcp/gcp_ek_ak_ca_intermediate_v3.pem")) {
      chain.addAll(Pem.parse(Bytes.of(Vectors.bytes(file)), "CERTIFICATE"));
    }
    VerifiedAk verified = new AkCertificateVerifier(GoogleRoots.virtualTpm()).verify(chain, AT);
    assertThat(verified.anchor()).isEqualTo(Anchor.PRODUCTION);
    assertThat(verified.key().getAlgorithm()).isEqualTo("EC");
    assertThat(verified.instance().orElseThrow().projectId())
        .isEqualTo("google.com:wuale-gcp-testing");
  }

  @Test
  void attestationKey_thatIsNotRestricted_isRefused() {
    Bytes area = TPM.area(TpmtPublic.AK_REQUIRED & ~TpmtPublic.RESTRICTED).raw();
    assertRefused(
        attestation(area, LOG, akCertificate(ak()), quote()),
        GoogleVtpmCheck.AK_ATTRIBUTES,
        Code.KEY_ATTRIBUTES);
  }

  @Test
  void certificate_ofAnEmptySubject_isAccepted() throws Exception {
    VerifiedVtpm verified = verify(certified(akCertificate(Profile.leaf(""))));
    assertThat(verified.ak().instance()).isEmpty();
  }

  @Test
  void certificate_ofAnotherAuthority_isNotTrusted() {
    CloudAuthority stranger = CloudAuthority.root("EK/AK CA Intermediate", Scheme.PKCS1_SHA256);
    assertRefused(
        certified(stranger.issue(TPM.key(), ak())), GoogleVtpmCheck.AK_CHAIN, Code.CHAIN_INVALID);
    Google.assertRefused(
        () ->
            new GoogleVtpmVerifier(GoogleRoots.virtualTpm(), List.of())
                .verify(attestation(quote()), NONCE, AT),
        GoogleVtpmCheck.AK_CHAIN,
        Code.CHAIN_INVALID);
  }

  @Test
  void chain_overWhatIsNoAuthority_isNotTrusted() {
    AkCertificateVerifier verifier = new AkCertificateVerifier(Google.named(TPM_ROOT));
    for (Profile profile :
        List.of(
            Profile.leaf("between"),
            Profile.authority("between").withUsage(0x80),
            Profile.leaf("between").withUsage(0x84))) {
      CloudAuthority between = TPM_ROOT.intermediate(profile);
      Bytes leaf = between.issue(TPM.key(), ak());
      Google.assertRefused(
          () -> verifier.verify(List.of(leaf, between.certificate()), AT),
          GoogleVtpmCheck.AK_CHAIN,
          Code.CHAIN_INVALID);
    }
  }

  @Test
  void chain_withAnExpiredAuthority_isRefused() {
    AkCertificateVerifier verifier = new AkCertificateVerifier(Google.named(TPM_ROOT));
    Instant past = AT.minusSeconds(60);
    CloudAuthority between =
        TPM_ROOT.intermediate(Profile.authority("between").valid(CloudAuthority.FROM, past));
    Bytes leaf = between.issue(TPM.key(), ak());
    Google.assertRefused(
        () -> verifier.verify(List.of(leaf, between.certificate()), AT),
        GoogleVtpmCheck.AK_VALIDITY,
        Code.CERT_EXPIRED);
    Google.assertRefused(
        () ->
            verifier.verify(
                List.of(
                    akCertificate(ak().valid(AT.plusSeconds(1), CloudAuthority.TO)),
                    TPM_CA.certificate()),
                AT),
        GoogleVtpmCheck.AK_VALIDITY,
        Code.CERT_NOT_YET_VALID);
  }

  @Test
  void chain_ofTooManyCertificates_isRefused() {
    AkCertificateVerifier verifier = new AkCertificateVerifier(Google.named(TPM_ROOT));
    List<Bytes> nine = java.util.Collections.nCopies(9, akCertificate(ak()));
    Google.assertRefused(
        () -> verifier.verify(nine, AT), GoogleVtpmCheck.AK_CERTIFICATE, Code.OVERSIZED);
    Google.assertRefused(
        () -> verifier.verify(List.of(), AT), GoogleVtpmCheck.AK_CERTIFICATE, Code.MALFORMED);
  }

  @Test
  void chain_overAShortKey_isRefused() {
    CloudTpm weak = CloudTpm.create(1024);
    AkCertificateVerifier verifier = new AkCertificateVerifier(Google.named(TPM_ROOT));
    Google.assertRefused(
        () -> verifier.verify(List.of(TPM_CA.issue(weak.key(), ak()), TPM_CA.certificate()), AT),
        GoogleVtpmCheck.AK_CHAIN,
        Code.WEAK_KEY);
  }

  @Test
  void certificate_ofAnotherProfile_isRefused() {
    assertRefused(
        certified(akCertificate(ak().withUsage(0x20))),
        GoogleVtpmCheck.AK_PROFILE,
        Code.CHAIN_INVALID);
    assertRefused(
        certified(akCertificate(Profile.authority("9").withUsage(0x80))),
        GoogleVtpmCheck.AK_PROFILE,
        Code.CHAIN_INVALID);
  }

  @Test
  void instanceInfo_thatIsNone_isMalformed() throws Exception {
    for (Bytes other :
        List.of(
            Bytes.EMPTY,
            Google.instance().slice(0, Google.instance().size() - 1),
            DerWriter.sequence(DerWriter.utf8("zone")),
            DerWriter.sequence(
                DerWriter.utf8("z"),
                DerWriter.integer(-1),
                DerWriter.utf8("p"),
                DerWriter.integer(1),
                DerWriter.utf8("n")))) {
      assertRefused(
          certified(akCertificate(Profile.leaf("9").with("1.3.6.1.4.1.11129.2.1.21", other))),
          GoogleVtpmCheck.AK_PROFILE,
          Code.MALFORMED);
    }
    InstanceInfo bare =
        InstanceInfo.parse(
            DerWriter.sequence(
                DerWriter.utf8("z"),
                DerWriter.integer(1),
                DerWriter.utf8("p"),
                DerWriter.integer(1),
                DerWriter.utf8("n")));
    assertThat(bare.production()).isEqualTo(Optional.empty());
  }
}
