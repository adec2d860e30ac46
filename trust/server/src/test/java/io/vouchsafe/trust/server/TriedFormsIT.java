package io.vouchsafe.trust.server;

import static io.vouchsafe.trust.server.ServerUnderTest.minimumTcb;
import static io.vouchsafe.trust.server.ServerUnderTest.pem;
import static io.vouchsafe.trust.server.ServerUnderTest.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.evidence.dcap.Collateral;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.evidence.snp.SnpEndorsementSource;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.testkit.amd.GuestEvidence;
import io.vouchsafe.testkit.amd.SimulatedAmd;
import io.vouchsafe.testkit.amd.SimulatedAmd.SimulatedKey;
import io.vouchsafe.testkit.amd.SimulatedReport;
import io.vouchsafe.testkit.amd.SimulatedSev;
import io.vouchsafe.testkit.amd.SimulatedTcb;
import io.vouchsafe.testkit.amd.VekExtensions;
import io.vouchsafe.testkit.intel.PckProfile;
import io.vouchsafe.testkit.intel.SimulatedBody;
import io.vouchsafe.testkit.intel.SimulatedEventLog;
import io.vouchsafe.testkit.intel.SimulatedIntel;
import io.vouchsafe.testkit.intel.SimulatedOpenEnclave;
import io.vouchsafe.testkit.intel.SimulatedPlatform;
import io.vouchsafe.testkit.intel.SimulatedQuote;
import io.vouchsafe.testkit.intel.TcbDocuments;
import io.vouchsafe.testkit.tpm.AzureGuest;
import io.vouchsafe.testkit.tpm.CloudTpm;
import io.vouchsafe.testkit.tpm.EkAuthority;
import io.vouchsafe.testkit.tpm.SoftTpm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Evidence in every form that `verify` takes, tried at a server: what one of its guests could send
/// is verified and appraised, the rest is refused by name.
class TriedFormsIT {
  private static final int REPORT_DATA = 0x50;
  private static final int MEASUREMENT = 0x90;
  private static final SimulatedTcb TCB = new SimulatedTcb(4, 0, 24, 219);
  private static final Bytes CHIP_ID = Bytes.zeros(60).concat(Bytes.utf8("chip"));
  private static final SimulatedAmd AMD = SimulatedAmd.of("Milan");
  private static final SimulatedKey VCEK = AMD.chip(VekExtensions.chip("Milan-B0", TCB, CHIP_ID));
  private static final Bytes DATA = Bytes.utf8("what the guest bound").fit(64);
  private static final SimulatedReport MILAN =
      SimulatedReport.milan(TCB, CHIP_ID).with(MEASUREMENT, 7).with(REPORT_DATA, DATA);
  private static final Bytes REPORT = VCEK.sign(MILAN);
  private static final SimulatedIntel INTEL = SimulatedIntel.create();
  private static final SimulatedPlatform SERVER = INTEL.platform(PckProfile.SERVER);
  private static final SimulatedPlatform CLIENT = INTEL.platform(PckProfile.CLIENT);
  private static final SimulatedEventLog LOG =
      new SimulatedEventLog().add(1, SimulatedEventLog.ACTION, Bytes.utf8("kernel"));
  private static final Bytes TD_QUOTE =
      SimulatedQuote.tdx(LOG.into(SimulatedBody.td()).with("REPORTDATA", DATA)).by(SERVER);
  private static final Bytes QUOTE =
      SimulatedQuote.sgx(SimulatedBody.enclave().with("REPORTDATA", DATA)).by(CLIENT);

  @TempDir Path folder;
  private ServerUnderTest server;

  @BeforeEach
  void start() throws Exception {
    Path amd = pem(folder.resolve("amd.pem"), AMD.authorities());
    Path intel = pem(folder.resolve("intel.pem"), List.of(INTEL.root()));
    Collateral tdx = collateral(SERVER, TcbDocuments.tdx(PckProfile.SERVER));
    Collateral sgx = collateral(CLIENT, TcbDocuments.sgx(PckProfile.CLIENT));
    server =
        ServerUnderTest.start(
            folder.resolve("home"),
            options ->
                options
                    .withInsecureSample()
                    .withEvidence(
                        EvidenceOptions.NONE
                            .withRoots(List.of(amd), List.of(intel))
                            .withSources(
                                SnpEndorsementSource.NONE,
                                platform ->
                                    Optional.of(platform.tee() == TeeKind.TDX ? tdx : sgx))));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static Collateral collateral(SimulatedPlatform platform, TcbDocuments documents)
      throws FormatException {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    return Collateral.parse(
        INTEL
            .collateral(
                platform,
                documents.dated(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(29))))
            .json());
  }

  private static Json.Obj question(Bytes document, Bytes... beside) {
    List<Json> others = new ArrayList<>();
    Arrays.stream(beside).forEach(each -> others.add(Json.of(each.base64())));
    return Json.object()
        .put("document", document.base64())
        .put("beside", Json.array(others))
        .build();
  }

  private static Bytes bytes(Json json) {
    return json.utf8();
  }

  private Json.Obj decided(Json.Obj question) throws Exception {
    Client.Answer answer = server.tryOut(question);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  /// Asserts that evidence was found genuine, and what it is evidence of.
  private Json.Obj assertAppraised(String tee, Json.Obj question) throws Exception {
    Json.Obj answer = decided(question);
    Json.Obj decision = answer.object("decision");
    assertThat(decision.string("step")).as(decision.compact()).isEqualTo("decide");
    assertThat(answer.object("claims").object("submods").object("cpu0").compact())
        .contains("\"" + tee + "\":{");
    assertThat(answer.array("not_tried").toString()).contains("freshness", "binding");
    return answer;
  }

  private void assertRefused(String check, String code, Json.Obj question) throws Exception {
    Json.Obj refusal = decided(question).object("decision").object("refusal");
    assertThat(refusal.string("check") + " " + refusal.string("code"))
        .as(refusal.compact())
        .isEqualTo(check + " " + code);
  }

  private void assertNoQuestion(String expected, Json.Obj question) throws Exception {
    Client.Answer answer = server.tryOut(question);
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.code()).isIn("MALFORMED", "OVERSIZED");
    assertThat(answer.json().string("expected") + ", found " + answer.json().string("found"))
        .contains(expected);
  }

  // SEV-SNP.

  @Test
  void snpReport_withItsCertificateBeside_isAppraised() throws Exception {
    Bytes vcek = Bytes.utf8(Pem.encode("CERTIFICATE", VCEK.certificate()));
    for (Bytes report : List.of(REPORT, Bytes.utf8(REPORT.hex()), Bytes.utf8(REPORT.base64()))) {
      assertAppraised("snp", question(report, vcek));
      assertAppraised("snp", question(vcek, report));
    }
    server.register(
        value("snp_launch_digest", "07" + "00".repeat(47)),
        value("snp_minimum_tcb", minimumTcb(4, 0, 24, 219)),
        value("init_data", "00".repeat(32)));
    Json.Obj answer = assertAppraised("snp", question(REPORT, vcek));
    assertThat(answer.object("claims").object("submods").object("cpu0").string("ear.status"))
        .isEqualTo("affirming");
  }

  @Test
  void snpReport_ofAnotherMachineThanTheCertificate_isRefused() throws Exception {
    SimulatedKey other =
        AMD.chip(VekExtensions.chip("Milan-B0", TCB, Bytes.zeros(60).concat(Bytes.utf8("else"))));
    assertRefused(
        "snp.report.signature", "SIGNATURE_INVALID", question(REPORT, other.certificate()));
    assertNoQuestion(
        "zero in reserved bytes", question(VCEK.sign(MILAN.with(0x18c, 1)), VCEK.certificate()));
  }

  @Test
  void snpReport_asGuestsSendIt_isAppraised() throws Exception {
    Json.Obj evidence = GuestEvidence.of(REPORT).with("VCEK", VCEK.certificate()).json();
    assertAppraised("snp", question(bytes(evidence)));
    assertAppraised("snp", question(bytes(GuestEvidence.of(REPORT).json()), VCEK.certificate()));
  }

  @Test
  void snpReport_ofAGuestThatCanBeMoved_isTakenWithThatOfItsAgent() throws Exception {
    Bytes guest = VCEK.sign(MILAN.movedBy(Bytes.utf8("agent")));
    Bytes agent = VCEK.sign(MILAN.withId(Bytes.utf8("agent")));
    Bytes other = VCEK.sign(MILAN.withId(Bytes.utf8("other")));
    for (Json.Obj question :
        List.of(
            question(guest, agent, VCEK.certificate()),
            question(agent, VCEK.certificate(), guest))) {
      // This server's policy names no agent.
      assertRefused("snp.policy.migration", "POLICY_MIGRATION", question);
    }
    assertNoQuestion("what goes with: SEV-SNP report", question(guest, other, VCEK.certificate()));
  }

  // Intel.

  @Test
  void tdxQuote_withItsLogBeside_isAppraised() throws Exception {
    Json.Obj plain = assertAppraised("tdx", question(TD_QUOTE));
    Json.Obj logged = assertAppraised("tdx", question(TD_QUOTE, LOG.ccel(10)));
    assertThat(plain.compact()).doesNotContain("kernel");
    assertThat(logged.object("claims").compact()).contains("kernel");
    assertRefused(
        "dcap.event-log.replay",
        "EVENTLOG_MISMATCH",
        question(
            TD_QUOTE,
            new SimulatedEventLog()
                .add(1, SimulatedEventLog.ACTION, Bytes.utf8("another"))
                .ccel(10)));
  }

  @Test
  void sgxQuote_andOpenEnclaveReportAroundIt_areAppraisedAlike() throws Exception {
    Json.Obj quote = assertAppraised("sgx", question(QUOTE));
    Json.Obj report = assertAppraised("sgx", question(SimulatedOpenEnclave.report(2, QUOTE)));
    assertThat(report.object("claims").object("submods").compact())
        .isEqualTo(quote.object("claims").object("submods").compact());
    assertNoQuestion("a report of type 2", question(SimulatedOpenEnclave.report(1, QUOTE)));
  }

  // Azure.

  private static AzureGuest azure(AzureGuest.Hardware hardware) {
    CloudTpm tpm = CloudTpm.create();
    tpm.boot(Collections.nCopies(24, Bytes.zeros(32)));
    return AzureGuest.of(tpm, hardware, DATA);
  }

  private static AzureGuest azureSnp() {
    return azure(
        new AzureGuest.Hardware(
            2, data -> VCEK.sign(MILAN.with(REPORT_DATA, data)), _ -> VCEK.certificate()));
  }

  private static AzureGuest azureTdx() {
    return azure(
        new AzureGuest.Hardware(
            4,
            _ -> Bytes.of((byte) 0x81),
            data -> SimulatedQuote.tdx(SimulatedBody.td().with("REPORTDATA", data)).by(SERVER)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void azureEvidence_inEachShape_isAppraised(int version) throws Exception {
    assertAppraised("az-snp-vtpm", question(bytes(azureSnp().evidence(version, DATA))));
    assertAppraised("az-tdx-vtpm", question(bytes(azureTdx().evidence(version, DATA))));
  }

  @Test
  void hclReport_alone_isRefusedForWantOfAQuote() throws Exception {
    for (AzureGuest guest : List.of(azureSnp(), azureTdx())) {
      assertNoQuestion("a quote of its virtual TPM", question(guest.hcl()));
    }
  }

  // TPM, and what no server takes.

  @Test
  void tpmQuote_ofAKeyThatNobodyEnrolled_isRefusedByItsVerifier() throws Exception {
    Json quote = SoftTpm.create(EkAuthority.create()).evidence().reportData(DATA).build();
    assertRefused("tpm.ak.trust", "AK_NOT_TRUSTED", question(bytes(quote)));
  }

  @Test
  void evidence_thatNoServerHasAVerifierFor_isRefusedAsSuch() throws Exception {
    Bytes google = Bytes.of(Files.readAllBytes(Vectors.path("gcp/gce-cos-85-nonce9009.pb")));
    Json.Obj cca = Json.object().put("token", Json.array(Json.of(1))).build();
    for (Bytes document : List.of(google, bytes(cca))) {
      assertRefused("transaction.verifier", "UNSUPPORTED_TEE", question(document));
    }
  }

  @Test
  void documents_thatAreNoEvidence_areNamed() throws Exception {
    assertNoQuestion("evidence, found certificate", question(VCEK.certificate()));
    assertNoQuestion("evidence, found SEV certificates", question(SimulatedSev.create().ark()));
    assertNoQuestion("one of: SEV-SNP report", question(Bytes.utf8("hello")));
    assertNoQuestion("one of: SEV-SNP report", question(Bytes.EMPTY));
    assertNoQuestion("what goes with: SGX quote", question(QUOTE, TD_QUOTE));
    assertNoQuestion("at most 16 documents", question(QUOTE, filled(17)));
    assertNoQuestion(
        "evidence of tdx, found SGX quote", question(QUOTE).with("tee", Json.of("tdx")));
  }

  private static Bytes[] filled(int count) {
    Bytes[] documents = new Bytes[count];
    Arrays.fill(documents, LOG.ccel(10));
    return documents;
  }

  @Test
  void json_ofNoKnownShape_isWhatItIsSaidToBe() throws Exception {
    Json.Obj other = Json.object().put("svn", 1).build();
    assertNoQuestion("the members of one of", question(bytes(other)));
    assertRefused(
        "sample.evidence.format",
        "MALFORMED",
        question(bytes(other)).with("tee", Json.of("sample")));
  }

  // Messages.

  private static Json.Obj message(Json evidence) throws Exception {
    Json.Obj key = new SampleGuest(null).teeKey().toJson();
    return Json.object().put("tee-pubkey", key).put("tee-evidence", evidence).build();
  }

  private static Json.Obj evidence() {
    return Json.object().put("quote", QUOTE.base64()).build();
  }

  @Test
  void messageOfVersion2_isTriedAsItsEvidenceAlone() throws Exception {
    for (Json evidence : List.of(evidence(), Json.of(evidence().compact()))) {
      Json.Obj answer = assertAppraised("sgx", question(bytes(message(evidence))));
      assertThat(answer.array("not_tried").toString()).contains("leave out the nonce");
    }
    assertNoQuestion("one of: SEV-SNP report", question(bytes(message(Json.of("!")))));
    assertNoQuestion("the members of one of", question(bytes(message(Json.object().build()))));
  }

  @Test
  void messageOfVersion3_isTriedWithItsDevices() throws Exception {
    Json.Obj device = Json.object().put("svn", "2").put("report_data", "AAAA").build();
    Json.Obj sent =
        Json.object()
            .put("primary_evidence", evidence())
            .put("additional_evidence", Json.object(Map.of("sampledevice", device)).compact())
            .build();

    Json.Obj answer = assertAppraised("sgx", question(bytes(message(sent))));
    assertThat(answer.object("claims").object("submods").members()).containsKeys("cpu0", "gpu0");

    Json.Obj none = sent.with("additional_evidence", Json.of(""));
    assertThat(
            assertAppraised("sgx", question(bytes(message(none))))
                .object("claims")
                .object("submods")
                .members())
        .containsOnlyKeys("cpu0");
    assertNoQuestion(
        "additional_evidence",
        question(bytes(message(sent.with("additional_evidence", Json.of("[]"))))));
    assertRefused(
        "transaction.verifier",
        "UNSUPPORTED_TEE",
        question(bytes(message(sent.with("additional_evidence", Json.of("{\"nvidia\":{}}"))))));
  }

  @Test
  void message_withDocumentsBesideIt_isNoQuestion() throws Exception {
    assertNoQuestion(
        "a guest's message alone", question(bytes(message(evidence())), VCEK.certificate()));
  }
}
