package io.vouchsafe.trust.server;

import static io.vouchsafe.trust.server.ServerUnderTest.SECRET;
import static io.vouchsafe.trust.server.ServerUnderTest.minimumTcb;
import static io.vouchsafe.trust.server.ServerUnderTest.pem;
import static io.vouchsafe.trust.server.ServerUnderTest.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.snp.SnpEndorsements;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.InitData;
import io.vouchsafe.protocol.Tee;
import io.vouchsafe.testkit.amd.GuestEvidence;
import io.vouchsafe.testkit.amd.SimulatedAmd;
import io.vouchsafe.testkit.amd.SimulatedAmd.SimulatedKey;
import io.vouchsafe.testkit.amd.SimulatedReport;
import io.vouchsafe.testkit.amd.SimulatedTcb;
import io.vouchsafe.testkit.amd.VekExtensions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// SEV-SNP guests at the server, over HTTPS: the good one gets its key, and each way of cheating is
/// refused with its own code.
class SnpGuestIT {
  private static final int POLICY = 0x00a;
  private static final int VMPL = 0x030;
  private static final int REPORT_DATA = 0x050;
  private static final int MEASUREMENT = 0x090;
  private static final int HOST_DATA = 0x0c0;
  private static final int REPORTED_TCB = 0x180;
  private static final int CHIP = 0x1a0;
  private static final int COMMITTED_TCB = 0x1e0;

  private static final SimulatedTcb TCB = new SimulatedTcb(4, 0, 24, 219);
  private static final Bytes CHIP_ID = Bytes.zeros(60).concat(Bytes.utf8("chip"));
  private static final SimulatedAmd AMD = SimulatedAmd.of("Milan");
  private static final SimulatedAmd STRANGER = SimulatedAmd.of("Milan");
  private static final SimulatedKey VCEK = chip(AMD);
  private static final Bytes LAUNCHED = Bytes.zeros(47).concat(Bytes.of((byte) 7));
  private static final InitData INIT_DATA = InitData.of(HashAlgorithm.SHA256, Map.of("a", "b"));
  private static final SimulatedReport REPORT =
      SimulatedReport.milan(TCB, CHIP_ID)
          .with(MEASUREMENT, LAUNCHED)
          .with(HOST_DATA, INIT_DATA.digest());

  @TempDir Path folder;
  private ServerUnderTest server;
  private Guest guest;

  private static SimulatedKey chip(SimulatedAmd amd) {
    return amd.chip(VekExtensions.chip("Milan-B0", TCB, CHIP_ID));
  }

  @BeforeEach
  void start() throws Exception {
    server = start(EvidenceOptions.NONE.withRoots(List.of(roots(AMD.authorities())), List.of()));
    guest = server.guest(Tee.SNP).sending(INIT_DATA);
  }

  private Path roots(List<Bytes> certificates) throws Exception {
    return pem(folder.resolve("amd.pem"), certificates);
  }

  private ServerUnderTest start(EvidenceOptions evidence) throws Exception {
    if (server != null) {
      server.close();
    }
    server =
        ServerUnderTest.start(
            folder.resolve("home"), options -> options.withEvidence(evidence).withInsecureSample());
    server.register(
        value("snp_launch_digest", LAUNCHED.hex()),
        value("snp_minimum_tcb", minimumTcb(4, 0, 24, 219)),
        value("init_data", INIT_DATA.digest().hex()));
    return server;
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static GuestEvidence signed(SimulatedKey key, SimulatedReport report, Bytes reportData) {
    return GuestEvidence.of(key.sign(report.with(REPORT_DATA, reportData)));
  }

  /// The evidence of a guest whose host gave it the certificate of its chip, and nothing more.
  private static Guest.Attester vcekOnly(SimulatedReport report) {
    return reportData -> signed(VCEK, report, reportData).with("VCEK", VCEK.certificate()).json();
  }

  private static Guest.Attester wholeChain(SimulatedAmd amd, SimulatedKey key) {
    return reportData ->
        signed(key, REPORT, reportData)
            .with("VCEK", key.certificate())
            .with("ASK", amd.authorities().getFirst())
            .with("ARK", amd.root())
            .json();
  }

  @Test
  void guest_withItsChipsCertificateOnly_getsItsKey() throws Exception {
    assertThat(guest.open(guest.ask(vcekOnly(REPORT)))).isEqualTo(SECRET);
  }

  @Test
  void token_ofAnOperatorsRoot_saysSoAndHasTheClaims() throws Exception {
    Json.Obj cpu = guest.token(vcekOnly(REPORT)).object("submods").object("cpu0");

    assertThat(cpu.string("ear.status")).isEqualTo("affirming");
    assertThat(cpu.compact()).contains("\"anchor\":\"operator-named\"");
    Json.Obj evidence = cpu.object("ear.veraison.annotated-evidence");
    assertThat(evidence.string("init_data")).isEqualTo(INIT_DATA.digest().hex());
    assertThat(evidence.object("init_data_claims").string("a")).isEqualTo("b");
    assertThat(evidence.object("snp").string("measurement")).isEqualTo(LAUNCHED.hex());
    assertThat(evidence.object("snp").integer("reported_tcb_snp")).isEqualTo(24);
    assertThat(cpu.object("ear.trustworthiness-vector").integer("hardware")).isEqualTo(2);
  }

  @Test
  void guest_withTheWholeChain_needsTheRootOnly() throws Exception {
    start(EvidenceOptions.NONE.withRoots(List.of(roots(List.of(AMD.root()))), List.of()));
    guest = server.guest(Tee.SNP).sending(INIT_DATA);

    assertThat(guest.open(guest.ask(wholeChain(AMD, VCEK)))).isEqualTo(SECRET);
    assertThat(guest.attest(vcekOnly(REPORT)).code()).isEqualTo("CHAIN_INVALID");
  }

  @Test
  void guest_withoutCertificates_isEndorsedByWhatTheOperatorHolds() throws Exception {
    Guest.Attester bare = reportData -> signed(VCEK, REPORT, reportData).json();
    assertThat(guest.attest(bare).code()).isEqualTo("CHAIN_INVALID");
    SnpEndorsements held =
        new SnpEndorsements(List.of(VCEK.certificate()), AMD.authorities(), List.of());
    start(
        EvidenceOptions.NONE
            .withRoots(List.of(roots(List.of(AMD.root()))), List.of())
            .withSources(_ -> held, _ -> Optional.empty()));
    guest = server.guest(Tee.SNP).sending(INIT_DATA);

    assertThat(guest.open(guest.ask(bare))).isEqualTo(SECRET);
  }

  @Test
  void chain_toARootThatNobodyNamed_isRefused() throws Exception {
    assertThat(guest.attest(wholeChain(STRANGER, chip(STRANGER))).code())
        .isEqualTo("CHAIN_INVALID");
    start(EvidenceOptions.NONE);
    assertThat(server.guest(Tee.SNP).attest(wholeChain(AMD, VCEK)).code())
        .isEqualTo("CHAIN_INVALID");
  }

  /// What a guest can claim about itself, and why it is refused.
  enum Broken {
    DEBUG("POLICY_DEBUG", report -> report.with(POLICY, 0x0b)),
    MIGRATION("POLICY_MIGRATION", report -> report.with(POLICY, 0x07)),
    VMPL_1("POLICY_VMPL", report -> report.with(VMPL, 1)),
    HOST_ASKED(
        "POLICY_VMPL",
        report -> report.with(VMPL, Bytes.of((byte) -1, (byte) -1, (byte) -1, (byte) -1))),
    OTHER_CHIP("CHIP_MISMATCH", report -> report.with(CHIP, 1)),
    MASKED_CHIP("CHIP_MISMATCH", report -> report.with(CHIP, Bytes.zeros(64))),
    OLD_FIRMWARE("TCB_MISMATCH", report -> report.with(REPORTED_TCB, 3)),
    PROVISIONAL("POLICY_PROVISIONAL", report -> report.with(COMMITTED_TCB, 3)),
    VERSION("UNSUPPORTED_VERSION", report -> report.with(0, 9)),
    HOST_DATA_OF_OTHERS("INIT_DATA_MISMATCH", report -> report.with(HOST_DATA, Bytes.zeros(32)));

    private final String code;
    private final UnaryOperator<SimulatedReport> change;

    Broken(String code, UnaryOperator<SimulatedReport> change) {
      this.code = code;
      this.change = change;
    }
  }

  @ParameterizedTest
  @EnumSource
  void guest_thatIsNotAsItShould_isRefusedWithTheReason(Broken broken) throws Exception {
    Client.Answer answer = guest.attest(vcekOnly(broken.change.apply(REPORT)));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.code()).isEqualTo(broken.code);
    assertThat(answer.json().string("detail")).endsWith("RCAR handshake Attest failed");
    assertThat(server.recorded(answer).object("refusal").string("code")).isEqualTo(broken.code);
  }

  @Test
  void report_changedAfterItWasSigned_isRefused() throws Exception {
    Guest.Attester forged =
        reportData -> {
          byte[] raw = VCEK.sign(REPORT.with(REPORT_DATA, reportData)).toByteArray();
          raw[MEASUREMENT] ^= 1;
          return GuestEvidence.of(Bytes.of(raw)).with("VCEK", VCEK.certificate()).json();
        };
    assertThat(guest.attest(forged).code()).isEqualTo("SIGNATURE_INVALID");
  }

  @Test
  void report_ofAnotherSessionOrKey_isRefused() throws Exception {
    Guest.Session first = guest.auth();
    Guest.Session second = guest.auth();
    Json evidence = vcekOnly(REPORT).evidence(guest.reportData(first));
    Guest other = server.guest(Tee.SNP).sending(INIT_DATA);

    assertThat(guest.send(second, evidence).code()).isEqualTo("REPORT_DATA_MISMATCH");
    assertThat(other.send(first, evidence).code()).isEqualTo("REPORT_DATA_MISMATCH");
    assertThat(guest.send(first, evidence).status()).isEqualTo(200);
  }

  @Test
  void chip_whoseIntermediateIsRevoked_isRefused() throws Exception {
    Bytes list = AMD.revocationList(SimulatedAmd.FROM, SimulatedAmd.TO, SimulatedAmd.ASK_SERIAL);
    Guest.Attester revoked =
        reportData ->
            signed(VCEK, REPORT, reportData)
                .with("VCEK", VCEK.certificate())
                .with("CRL", list)
                .json();
    assertThat(guest.attest(revoked).code()).isEqualTo("REVOKED");
  }

  @Test
  void initData_otherThanMeasured_isRefused() throws Exception {
    Guest other = guest.sending(InitData.of(HashAlgorithm.SHA256, Map.of("a", "c")));

    assertThat(other.attest(vcekOnly(REPORT)).code()).isEqualTo("INIT_DATA_MISMATCH");
  }

  @ParameterizedTest
  @CsvSource({"SHA384", "SHA512"})
  void initData_withALongerDigest_isCutToTheField(HashAlgorithm algorithm) throws Exception {
    InitData longer = InitData.of(algorithm, Map.of("a", "b"));
    SimulatedReport report = REPORT.with(HOST_DATA, longer.digest().fit(32));
    server.register(value("init_data", longer.digest().hex()));

    Guest sending = guest.sending(longer);
    assertThat(sending.open(sending.ask(vcekOnly(report)))).isEqualTo(SECRET);
  }

  @Test
  void initData_thatNobodyRegistered_getsNothing() throws Exception {
    InitData other = InitData.of(HashAlgorithm.SHA256, Map.of("a", "c"));
    Client.Answer answer =
        guest.sending(other).ask(vcekOnly(REPORT.with(HOST_DATA, other.digest())));

    assertThat(answer.code()).isEqualTo("INIT_DATA_UNEXPECTED");
  }

  @Test
  void initData_measuredButNotSent_getsNothing() throws Exception {
    assertThat(server.guest(Tee.SNP).ask(vcekOnly(REPORT)).code())
        .isEqualTo("INIT_DATA_UNEXPECTED");
  }

  @Test
  void guest_withAnotherLaunchDigest_getsNothingAndTheRecordSaysWhy() throws Exception {
    Client.Answer answer = guest.ask(vcekOnly(REPORT.with(MEASUREMENT, 1)));

    assertThat(answer.code()).isEqualTo("MEASUREMENT_MISMATCH");
    assertThat(answer.json().string("detail")).isEqualTo("Access denied by policy");
    String recorded = server.recorded(answer).compact();
    assertThat(recorded)
        .contains("appraisal.snp.launch-digest", LAUNCHED.hex(), "snp.report.signature");
  }

  @Test
  void guest_belowTheMinimumTcb_getsNothing() throws Exception {
    server.forget("snp_minimum_tcb");
    server.register(value("snp_minimum_tcb", minimumTcb(4, 0, 25, 219)));

    Client.Answer answer = guest.ask(vcekOnly(REPORT));

    assertThat(answer.code()).isEqualTo("TCB_BELOW_MINIMUM");
    assertThat(server.recorded(answer).compact()).contains("Milan, bootloader 4, tee 0, snp 24");
  }

  @ParameterizedTest
  @CsvSource({"snp_launch_digest", "snp_minimum_tcb"})
  void referenceValue_thatIsMissing_isAskedForByItsName(String name) throws Exception {
    Guest.Session session = guest.auth();
    Json evidence = vcekOnly(REPORT).evidence(guest.reportData(session));
    assertThat(guest.send(session, evidence).status()).isEqualTo(200);
    assertThat(guest.resource(session).status()).isEqualTo(200);
    server.forget(name);

    Client.Answer answer = guest.resource(session);

    assertThat(answer.code()).isEqualTo("NO_REFERENCE_VALUE");
    assertThat(server.recorded(answer).compact())
        .contains("\"sentence\":\"`" + name + "` would have to ");
  }

  @Test
  void devices_besideTheGuest_areBoundToItAndAppraisedToo() throws Exception {
    Guest.Session session = guest.auth();
    Json device =
        Json.object()
            .put("svn", "2")
            .put("report_data", guest.deviceData(session).base64())
            .build();
    String devices = Json.object().put("sampledevice", device).build().compact();
    Guest composite = guest.sending(devices);
    Json evidence = vcekOnly(REPORT).evidence(composite.reportData(session));

    assertThat(guest.sending(devices + " ").send(session, evidence).code())
        .isEqualTo("REPORT_DATA_MISMATCH");
    assertThat(guest.send(session, evidence).code()).isEqualTo("REPORT_DATA_MISMATCH");
    assertThat(composite.send(session, evidence).status()).isEqualTo(200);
    Client.Answer answer = composite.resource(session);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(server.recorded(answer).compact()).contains("cpu0 affirming, gpu0");
  }

  @Test
  void rootFile_withoutARoot_stopsTheStart() throws Exception {
    Path file = roots(List.of(AMD.authorities().getFirst()));
    EvidenceOptions evidence = EvidenceOptions.NONE.withRoots(List.of(file), List.of());

    assertThatThrownBy(() ->
            TrustServer.start(
                TrustServerOptions.at(folder.resolve("other")).withEvidence(evidence)))
        .isInstanceOf(TrustServerException.class)
        .hasMessageContaining("no root (ARK)");
  }
}
