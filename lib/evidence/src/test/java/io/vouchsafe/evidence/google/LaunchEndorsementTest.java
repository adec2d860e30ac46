package io.vouchsafe.evidence.google;

import static io.vouchsafe.evidence.google.Google.AT;
import static io.vouchsafe.evidence.google.Google.FIRMWARE;
import static io.vouchsafe.evidence.google.Google.FIRMWARE_ROOT;
import static io.vouchsafe.evidence.google.Google.SIGNER;
import static io.vouchsafe.evidence.google.Google.SIGNER_KEY;
import static io.vouchsafe.evidence.google.Google.endorsement;
import static io.vouchsafe.evidence.google.Google.golden;
import static io.vouchsafe.evidence.google.Google.signer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.RootKeys;
import io.vouchsafe.evidence.dcap.DcapPolicy;
import io.vouchsafe.evidence.dcap.DcapRoots;
import io.vouchsafe.evidence.dcap.QuoteVerifier;
import io.vouchsafe.evidence.dcap.VerifiedQuote;
import io.vouchsafe.evidence.snp.SnpEndorsements;
import io.vouchsafe.evidence.snp.SnpPolicy;
import io.vouchsafe.evidence.snp.SnpReportVerifier;
import io.vouchsafe.evidence.snp.SnpTrust;
import io.vouchsafe.evidence.snp.VerifiedSnpReport;
import io.vouchsafe.testkit.amd.SimulatedAmd;
import io.vouchsafe.testkit.amd.SimulatedReport;
import io.vouchsafe.testkit.amd.SimulatedTcb;
import io.vouchsafe.testkit.amd.VekExtensions;
import io.vouchsafe.testkit.intel.PckProfile;
import io.vouchsafe.testkit.intel.SimulatedBody;
import io.vouchsafe.testkit.intel.SimulatedIntel;
import io.vouchsafe.testkit.intel.SimulatedQuote;
import io.vouchsafe.testkit.intel.TcbDocuments;
import io.vouchsafe.testkit.tpm.CloudAuthority;
import io.vouchsafe.testkit.tpm.CloudAuthority.Profile;
import io.vouchsafe.testkit.tpm.CloudAuthority.Scheme;
import io.vouchsafe.testkit.tpm.ProtobufWriter;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Endorsements by a simulated Google, broken in one place each and refused for that.
class LaunchEndorsementTest {
  private static final LaunchMeasurement GUEST = tdx(Google.MRTD, Optional.empty());

  private static LaunchMeasurement tdx(Bytes mrtd, Optional<Long> ram) {
    return new LaunchMeasurement.Tdx(mrtd, ram);
  }

  private static LaunchMeasurement snp(Bytes measurement, Optional<Long> processors) {
    return new LaunchMeasurement.Snp(measurement, processors);
  }

  private static VerifiedEndorsement verify(Bytes message, LaunchMeasurement measurement)
      throws RefusedException {
    return FIRMWARE.verify(message, measurement, AT);
  }

  private static void assertRefused(Bytes message, EndorsementCheck check, Code code) {
    Google.assertRefused(() -> verify(message, GUEST), check, code);
  }

  private static Bytes signedBy(Bytes certificate) {
    return endorsement(golden(certificate).toBytes());
  }

  @Test
  void endorsement_ofAMeasurement_isAccepted() throws Exception {
    VerifiedEndorsement verified = verify(endorsement(), tdx(Google.MRTD, Optional.of(16L)));
    assertThat(verified.anchor()).isEqualTo(Anchor.OPERATOR_NAMED);
    assertThat(verified.svn()).isEqualTo(3);
    assertThat(verified.endorsement().firmware()).isEqualTo(Google.filled(0x99));
    assertThat(verify(endorsement(), snp(Google.FOUR, Optional.of(4L))).svn()).isEqualTo(2);
    verify(endorsement(), snp(Google.EIGHT, Optional.empty()));
    verify(endorsement(), snp(Google.SVSM, Optional.of(4L)));
    // Without a memory size the entry is for any.
    verify(endorsement(), tdx(Google.filled(0x77), Optional.of(64L)));
  }

  @Test
  void measurement_ofAnotherMachine_isNotEndorsed() {
    for (LaunchMeasurement other :
        List.of(
            snp(Google.FOUR, Optional.of(8L)),
            snp(Google.FOUR, Optional.of(5L)),
            snp(Google.MRTD, Optional.empty()),
            snp(Bytes.EMPTY, Optional.empty()),
            tdx(Google.MRTD, Optional.of(64L)),
            tdx(Google.FOUR, Optional.empty()),
            tdx(Google.MRTD.slice(0, 47), Optional.empty()))) {
      Google.assertRefused(
          () -> verify(endorsement(), other),
          EndorsementCheck.MEASUREMENT,
          Code.MEASUREMENT_NOT_ENDORSED);
    }
  }

  @Test
  void measurement_ofAKindThatIsNotThere_isNotEndorsed() {
    Bytes bare = new ProtobufWriter().bytes(4, signer(SIGNER)).bytes(5, Google.filled(1)).toBytes();
    for (LaunchMeasurement other : List.of(GUEST, snp(Google.FOUR, Optional.empty()))) {
      Google.assertRefused(
          () -> verify(endorsement(bare), other),
          EndorsementCheck.MEASUREMENT,
          Code.MEASUREMENT_NOT_ENDORSED);
    }
  }

  @Test
  void measurement_ofAnotherLength_endorsesNothing() throws Exception {
    ProtobufWriter tdx =
        new ProtobufWriter().message(2, new ProtobufWriter().bytes(3, Bytes.EMPTY));
    Bytes golden =
        new ProtobufWriter()
            .bytes(4, signer(SIGNER))
            .bytes(5, Google.filled(1))
            .message(8, tdx)
            .toBytes();
    Google.assertRefused(
        () -> verify(endorsement(golden), tdx(Bytes.EMPTY, Optional.empty())),
        EndorsementCheck.MEASUREMENT,
        Code.MEASUREMENT_NOT_ENDORSED);
  }

  @ParameterizedTest
  @EnumSource(
      value = Scheme.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"PSS_SHA256"})
  void document_signedOtherwise_isRefused(Scheme scheme) {
    Bytes golden = golden(signer(SIGNER)).toBytes();
    assertRefused(
        endorsement(golden, SIGNER_KEY, scheme),
        EndorsementCheck.SIGNATURE,
        Code.SIGNATURE_INVALID);
  }

  @Test
  void document_byAnotherKey_isRefused() {
    KeyPair other = CloudAuthority.rsa(2048);
    Bytes golden = golden(signer(SIGNER)).toBytes();
    assertRefused(
        endorsement(golden, other, Scheme.PSS_SHA256),
        EndorsementCheck.SIGNATURE,
        Code.SIGNATURE_INVALID);
  }

  @Test
  void document_cutAtEachLength_isMalformed() {
    Bytes good = endorsement();
    for (int size = 0; size < good.size(); size++) {
      assertRefused(good.slice(0, size), EndorsementCheck.FORMAT, Code.MALFORMED);
    }
  }

  @Test
  void document_beyondItsBound_isOversized() {
    assertRefused(
        Bytes.zeros(LaunchEndorsement.MAX_SIZE + 1), EndorsementCheck.FORMAT, Code.OVERSIZED);
  }

  @Test
  void envelope_withAFieldTwice_isMalformed() {
    for (int field : new int[] {1, 2}) {
      Bytes twice = endorsement().concat(new ProtobufWriter().bytes(field, Bytes.EMPTY).toBytes());
      assertRefused(twice, EndorsementCheck.FORMAT, Code.MALFORMED);
    }
  }

  @Test
  void unknownFields_arePassedOver() throws Exception {
    Bytes further =
        new ProtobufWriter()
            .number(99, -1)
            .bytes(100, Bytes.utf8("x"))
            .raw(Bytes.of((byte) (11 << 3 | 1)).concat(Bytes.zeros(8)))
            .raw(Bytes.of((byte) (11 << 3 | 5)).concat(Bytes.zeros(4)))
            .toBytes();
    verify(endorsement().concat(further), GUEST);
    verify(endorsement(golden(signer(SIGNER)).raw(further).toBytes()), GUEST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0a", // a length that is missing
        "0affffffffffffffffff01", // a length beyond 63 bits
        "0b", // a group
        "0c", // the end of one
        "0e", // no wire type
        "00", // field 0
        "08ffffffffffffffffff02", // a varint of more than 64 bits
        "08ffffffffffffffffffff01", // one of eleven bytes
        "8080808080808080808001", // a field number beyond 29 bits
        "0801" // a number where bytes belong
      })
  void envelope_thatIsNoProtobuf_isMalformed(String hex) throws FormatException {
    assertRefused(Bytes.fromHex(hex), EndorsementCheck.FORMAT, Code.MALFORMED);
  }

  @Test
  void measurements_forTheSameNumberOfProcessors_areMalformed() {
    ProtobufWriter twice =
        Google.snp().message(2, new ProtobufWriter().number(1, 4).bytes(2, Google.EIGHT));
    Bytes golden =
        new ProtobufWriter()
            .bytes(4, signer(SIGNER))
            .bytes(5, Google.filled(1))
            .message(7, twice)
            .toBytes();
    assertRefused(endorsement(golden), EndorsementCheck.FORMAT, Code.MALFORMED);
  }

  @Test
  void signer_ofAnotherRoot_isNotTrusted() {
    CloudAuthority other = CloudAuthority.root("GCE-cc-tcb-root", Scheme.PSS_SHA256);
    assertRefused(
        signedBy(other.issue(SIGNER_KEY.getPublic(), SIGNER)),
        EndorsementCheck.CHAIN,
        Code.CHAIN_INVALID);
    Google.assertRefused(
        () -> LaunchEndorsementVerifier.google().verify(endorsement(), GUEST, AT),
        EndorsementCheck.CHAIN,
        Code.CHAIN_INVALID);
    Google.assertRefused(
        () -> new LaunchEndorsementVerifier(RootKeys.none(), 0).verify(endorsement(), GUEST, AT),
        EndorsementCheck.CHAIN,
        Code.CHAIN_INVALID);
  }

  @Test
  void signer_belowAnIntermediate_isNotTrusted() {
    CloudAuthority between =
        FIRMWARE_ROOT.intermediate(Profile.authority("between").by(Scheme.PSS_SHA256));
    assertRefused(
        signedBy(between.issue(SIGNER_KEY.getPublic(), SIGNER)),
        EndorsementCheck.CHAIN,
        Code.CHAIN_INVALID);
  }

  @Test
  void signer_thatIsNone_isRefused() {
    for (Profile other :
        List.of(
            Profile.leaf("GCE-uefi-signer"),
            Profile.leaf("GCE-uefi-signer2").by(Scheme.PSS_SHA256),
            Profile.leaf("").by(Scheme.PSS_SHA256),
            SIGNER.withUsage(4),
            Profile.authority("GCE-uefi-signer").by(Scheme.PSS_SHA256))) {
      assertRefused(signedBy(signer(other)), EndorsementCheck.SIGNER, Code.CHAIN_INVALID);
    }
  }

  @Test
  void signer_signedWithAnAlgorithmThatDoesNotCount_isNotTrusted() {
    assertRefused(
        signedBy(signer(SIGNER.by(Scheme.PSS_SHA384))), EndorsementCheck.CHAIN, Code.CHAIN_INVALID);
  }

  @Test
  void signer_withAShortKey_isRefused() {
    KeyPair key = CloudAuthority.rsa(1024);
    Bytes golden = golden(FIRMWARE_ROOT.issue(key.getPublic(), SIGNER)).toBytes();
    assertRefused(
        endorsement(golden, key, Scheme.PSS_SHA256), EndorsementCheck.CHAIN, Code.WEAK_KEY);
  }

  @Test
  void signer_atAnotherTime_isRefused() {
    Instant later = Instant.parse("2027-01-01T00:00:00Z");
    assertRefused(
        signedBy(signer(SIGNER.valid(CloudAuthority.FROM, AT.minusSeconds(1)))),
        EndorsementCheck.VALIDITY,
        Code.CERT_EXPIRED);
    assertRefused(
        signedBy(signer(SIGNER.valid(AT.plusSeconds(1), later))),
        EndorsementCheck.VALIDITY,
        Code.CERT_NOT_YET_VALID);
    Google.assertRefused(
        () ->
            FIRMWARE.verify(
                signedBy(signer(SIGNER.valid(AT, later.plusSeconds(1_000_000_000)))),
                GUEST,
                CloudAuthority.TO.plusSeconds(1)),
        EndorsementCheck.VALIDITY,
        Code.CERT_EXPIRED);
  }

  @Test
  void certificate_thatIsNone_isMalformed() {
    assertRefused(signedBy(Bytes.utf8("x")), EndorsementCheck.CERTIFICATE, Code.MALFORMED);
    assertRefused(
        signedBy(signer(SIGNER).concat(Bytes.zeros(1))),
        EndorsementCheck.CERTIFICATE,
        Code.MALFORMED);
    assertRefused(signedBy(Bytes.zeros(20_000)), EndorsementCheck.CERTIFICATE, Code.OVERSIZED);
  }

  @Test
  void firmware_belowTheMinimum_isRefused() throws Exception {
    LaunchEndorsementVerifier strict =
        new LaunchEndorsementVerifier(Google.named(FIRMWARE_ROOT), 3);
    strict.verify(endorsement(), GUEST, AT);
    Google.assertRefused(
        () -> strict.verify(endorsement(), snp(Google.FOUR, Optional.empty()), AT),
        EndorsementCheck.MINIMUM_SVN,
        Code.SVN_BELOW_MINIMUM);
  }

  private static VerifiedSnpReport report(Bytes family, Bytes image) throws Exception {
    SimulatedTcb tcb = new SimulatedTcb(4, 0, 24, 219);
    SimulatedAmd amd = SimulatedAmd.of("Milan");
    Bytes chip = Bytes.zeros(64);
    var key = amd.chip(VekExtensions.chip("Milan-B0", tcb, chip));
    SimulatedReport report =
        SimulatedReport.milan(tcb, chip)
            .with(0x10, family)
            .with(0x20, image)
            .with(0x90, Google.FOUR);
    return new SnpReportVerifier(SnpTrust.none().withRoot(amd.root()))
        .verify(
            key.sign(report),
            new SnpEndorsements(List.of(key.certificate()), amd.authorities(), List.of()),
            SnpPolicy.STRICT,
            AT);
  }

  @Test
  void report_withTheEndorsedIdBlock_isAcceptedAndNoOther() throws Exception {
    Optional<Long> four = Optional.of(4L);
    FIRMWARE.verify(endorsement(), report(Google.FAMILY, Google.IMAGE), four, AT);
    FIRMWARE.verify(endorsement(), report(Bytes.zeros(16), Bytes.zeros(16)), four, AT);
    VerifiedSnpReport other = report(Google.FAMILY, Google.FAMILY);
    Google.assertRefused(
        () -> FIRMWARE.verify(endorsement(), other, four, AT),
        EndorsementCheck.IDENTITY,
        Code.MEASUREMENT_NOT_ENDORSED);
  }

  private static VerifiedQuote quote(SimulatedQuote quote, PckProfile profile) throws Exception {
    SimulatedIntel intel = SimulatedIntel.create();
    return new QuoteVerifier(DcapRoots.none().named(intel.root()), DcapPolicy.STRICT)
        .verifyWithoutCollateral(
            quote.by(intel.platform(profile)),
            new ExpectedBinding(Bytes.EMPTY, Optional.empty()),
            TcbDocuments.GOOD);
  }

  @Test
  void quote_ofAGuestWithTheEndorsedMrtd_isAcceptedAndNoOther() throws Exception {
    Optional<Long> sixteen = Optional.of(16L);
    SimulatedBody body = SimulatedBody.td();
    SimulatedBody endorsed = body.with("MRTD", Google.MRTD);
    FIRMWARE.verify(
        endorsement(), quote(SimulatedQuote.tdx(endorsed), PckProfile.SERVER), sixteen, AT);
    VerifiedQuote other = quote(SimulatedQuote.tdx(body), PckProfile.SERVER);
    VerifiedQuote enclave = quote(SimulatedQuote.sgx(SimulatedBody.enclave()), PckProfile.CLIENT);
    for (VerifiedQuote wrong : List.of(other, enclave)) {
      Google.assertRefused(
          () -> FIRMWARE.verify(endorsement(), wrong, sixteen, AT),
          EndorsementCheck.MEASUREMENT,
          Code.MEASUREMENT_NOT_ENDORSED);
    }
  }

  @Test
  void root_thatIsNoAuthority_cannotBeNamed() {
    assertThatThrownBy(() -> RootKeys.none().named(signer(SIGNER)))
        .isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> RootKeys.none().named(Bytes.utf8("-----BEGIN nothing")))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void vendorRoots_areThoseOfTheirFingerprints() {
    assertThat(GoogleRoots.firmware().roots())
        .singleElement()
        .satisfies(root -> assertThat(root.fingerprint().hex()).startsWith("910dcbe4"));
    assertThat(GoogleRoots.virtualTpm().roots())
        .extracting(root -> root.fingerprint().hex().substring(0, 8))
        .containsExactly("56a613f5", "f23057f4");
    assertThat(GoogleRoots.virtualTpm().roots())
        .allSatisfy(root -> assertThat(root.anchor()).isEqualTo(Anchor.PRODUCTION));
  }
}
