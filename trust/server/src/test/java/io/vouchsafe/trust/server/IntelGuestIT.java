package io.vouchsafe.trust.server;

import static io.vouchsafe.testkit.intel.TcbDocuments.isvSvn;
import static io.vouchsafe.testkit.intel.TcbDocuments.level;
import static io.vouchsafe.trust.server.ServerUnderTest.SECRET;
import static io.vouchsafe.trust.server.ServerUnderTest.pem;
import static io.vouchsafe.trust.server.ServerUnderTest.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.dcap.Collateral;
import io.vouchsafe.evidence.dcap.CollateralSource;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.evidence.snp.SnpEndorsementSource;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.InitData;
import io.vouchsafe.protocol.Tee;
import io.vouchsafe.testkit.intel.PckProfile;
import io.vouchsafe.testkit.intel.SimulatedBody;
import io.vouchsafe.testkit.intel.SimulatedCollateral;
import io.vouchsafe.testkit.intel.SimulatedEventLog;
import io.vouchsafe.testkit.intel.SimulatedIntel;
import io.vouchsafe.testkit.intel.SimulatedPlatform;
import io.vouchsafe.testkit.intel.SimulatedQuote;
import io.vouchsafe.testkit.intel.TcbDocuments;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// TDX guests and SGX enclaves at the server, over HTTPS: good ones get their key, and each way of
/// cheating is refused with its own code.
class IntelGuestIT {
  private static final SimulatedIntel INTEL = SimulatedIntel.create();
  private static final SimulatedPlatform SERVER = INTEL.platform(PckProfile.SERVER);
  private static final SimulatedPlatform CLIENT = INTEL.platform(PckProfile.CLIENT);
  private static final InitData INIT_DATA = InitData.of(HashAlgorithm.SHA384, Map.of("a", "b"));
  private static final String TCB_DATE = "2025-03-12T00:00:00Z";
  private static final SimulatedEventLog LOG =
      new SimulatedEventLog()
          .add(0, SimulatedEventLog.ACTION, Bytes.utf8("settings"))
          .add(1, SimulatedEventLog.ACTION, Bytes.utf8("kernel"))
          .add(2, SimulatedEventLog.ACTION, Bytes.utf8("command line"))
          .add(1, SimulatedEventLog.SEPARATOR, Bytes.zeros(4));
  private static final SimulatedBody TD =
      LOG.into(SimulatedBody.td()).with("MRCONFIGID", INIT_DATA.digest());

  /// INIT, MODE64BIT and key separation.
  private static final String WITH_KEY_SEPARATION = "8500000000000000";

  private static final SimulatedBody ENCLAVE =
      SimulatedBody.enclave()
          .with("ATTRIBUTES", WITH_KEY_SEPARATION)
          .with("CONFIGID", INIT_DATA.digest().fit(64))
          .with("ISVPRODID", "0201")
          .with("ISVSVN", "0500");

  @TempDir Path folder;
  private final AtomicReference<Optional<SimulatedCollateral>> tdxCollateral =
      new AtomicReference<>();
  private ServerUnderTest server;
  private Guest guest;
  private Guest enclave;

  @BeforeEach
  void start() throws Exception {
    Path root = pem(folder.resolve("intel.pem"), List.of(INTEL.root()));
    tdxCollateral.set(Optional.of(INTEL.collateral(SERVER, tdxDocuments())));
    SimulatedCollateral sgx = INTEL.collateral(CLIENT, dated(TcbDocuments.sgx(PckProfile.CLIENT)));
    CollateralSource source =
        platform ->
            platform.tee() == TeeKind.TDX
                ? tdxCollateral.get().map(IntelGuestIT::parsed)
                : Optional.of(parsed(sgx));
    server =
        ServerUnderTest.start(
            folder.resolve("home"),
            options ->
                options.withEvidence(
                    EvidenceOptions.NONE
                        .withRoots(List.of(), List.of(root))
                        .withSources(SnpEndorsementSource.NONE, source)));
    server.register(
        value("tdx_mr_td", "55".repeat(48)),
        value("tdx_rtmr_0", LOG.rtmrs().get(0).hex()),
        value("tdx_rtmr_1", LOG.rtmrs().get(1).hex()),
        value("tdx_rtmr_2", LOG.rtmrs().get(2).hex()),
        value("sgx_mr_enclave", "11".repeat(32)),
        value("init_data", INIT_DATA.digest().hex()));
    guest = server.guest(Tee.TDX).sending(INIT_DATA);
    enclave = server.guest(Tee.SGX).sending(INIT_DATA);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static Collateral parsed(SimulatedCollateral collateral) {
    try {
      return Collateral.parse(collateral.json());
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TcbDocuments tdxDocuments() {
    return dated(TcbDocuments.tdx(PckProfile.SERVER));
  }

  private static TcbDocuments dated(TcbDocuments documents) {
    Instant now = Instant.now();
    return documents.dated(
        now.minus(Duration.ofDays(1)).truncatedTo(ChronoUnit.SECONDS),
        now.plus(Duration.ofDays(29)).truncatedTo(ChronoUnit.SECONDS));
  }

  private void collateral(TcbDocuments documents) {
    tdxCollateral.set(Optional.of(INTEL.collateral(SERVER, documents)));
  }

  private static SimulatedBody bound(SimulatedBody body, Bytes reportData) {
    return body.with("REPORTDATA", reportData.fit(64));
  }

  private static Guest.Attester td(SimulatedBody body) {
    return td(body, quote -> quote);
  }

  private static Guest.Attester td(SimulatedBody body, UnaryOperator<SimulatedQuote> change) {
    return reportData ->
        evidence(
            change.apply(SimulatedQuote.tdx(bound(body, reportData))).by(SERVER),
            Json.of(LOG.ccel(100).base64()));
  }

  private static Guest.Attester sgx(SimulatedBody body) {
    return reportData ->
        Json.object()
            .put("quote", SimulatedQuote.sgx(bound(body, reportData)).by(CLIENT).base64())
            .build();
  }

  private static Json evidence(Bytes quote, Json log) {
    return Json.object().put("cc_eventlog", log).put("quote", quote.base64()).build();
  }

  @Test
  void td_asRegistered_getsItsKey() throws Exception {
    assertThat(guest.open(guest.ask(td(TD)))).isEqualTo(SECRET);
    SimulatedBody td15 = LOG.into(SimulatedBody.td15()).with("MRCONFIGID", INIT_DATA.digest());
    assertThat(guest.open(guest.ask(td(td15)))).isEqualTo(SECRET);
  }

  @Test
  void td_withoutAnEventLog_getsItsKey() throws Exception {
    Guest.Attester bare =
        reportData -> evidence(SimulatedQuote.tdx(bound(TD, reportData)).by(SERVER), Json.NULL);
    assertThat(guest.open(guest.ask(bare))).isEqualTo(SECRET);
  }

  @Test
  void token_ofATd_hasTheClaims() throws Exception {
    Json.Obj cpu = guest.token(td(TD)).object("submods").object("cpu0");

    assertThat(cpu.string("ear.status")).isEqualTo("affirming");
    assertThat(cpu.compact()).contains("\"anchor\":\"operator-named\"");
    Json.Obj evidence = cpu.object("ear.veraison.annotated-evidence");
    assertThat(evidence.string("init_data")).isEqualTo(INIT_DATA.digest().hex());
    Json.Obj tdx = evidence.object("tdx");
    assertThat(tdx.string("tcb_status")).isEqualTo("UpToDate");
    assertThat(tdx.object("quote").object("body").string("mr_td")).isEqualTo("55".repeat(48));
    assertThat(tdx.array("uefi_event_logs")).hasSize(4);
    assertThat(tdx.array("uefi_event_logs").get(1).compact())
        .startsWith("{\"details\":{\"string\":\"kernel\"},\"digest_matches_event\":true")
        .endsWith("\"index\":2,\"type_name\":\"EV_EFI_ACTION\"}");
  }

  /// What a guest can claim about itself, and why it is refused.
  enum Broken {
    DEBUG("POLICY_DEBUG", body -> body.with("TDATTRIBUTES", "0100001000000000")),
    MIGRATION("POLICY_MIGRATION", body -> body.with("TDATTRIBUTES", "0000003000000000")),
    UNKNOWN_ATTRIBUTE("POLICY_ATTRIBUTES", body -> body.with("TDATTRIBUTES", "0000001000040000")),
    INIT_DATA_OF_OTHERS("INIT_DATA_MISMATCH", body -> body.with("MRCONFIGID", Bytes.zeros(48))),
    LOG_OF_OTHERS("EVENTLOG_MISMATCH", body -> body.with("RTMR1", Bytes.zeros(48))),
    MODULE(
        "TDX_MODULE_MISMATCH",
        body -> body.with("MRSEAM", "00".repeat(48)).with("MRSIGNERSEAM", "11".repeat(48)));

    private final String code;
    private final UnaryOperator<SimulatedBody> change;

    Broken(String code, UnaryOperator<SimulatedBody> change) {
      this.code = code;
      this.change = change;
    }
  }

  @ParameterizedTest
  @EnumSource
  void td_thatIsNotAsItShould_isRefusedWithTheReason(Broken broken) throws Exception {
    Client.Answer answer = guest.attest(td(broken.change.apply(TD)));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.code()).isEqualTo(broken.code);
    assertThat(server.recorded(answer).object("refusal").string("code")).isEqualTo(broken.code);
  }

  @Test
  void td_withOtherFirmwareOrKernel_getsNothing() throws Exception {
    SimulatedBody firmware = TD.with("MRTD", "56".repeat(48));
    Client.Answer answer = guest.ask(td(firmware));
    assertThat(answer.code()).isEqualTo("MEASUREMENT_MISMATCH");
    assertThat(server.recorded(answer).compact()).contains("appraisal.tdx.mr-td");

    server.forget("tdx_rtmr_1");
    server.register(value("tdx_rtmr_1", "00".repeat(48)));
    answer = guest.ask(td(TD));
    assertThat(answer.code()).isEqualTo("MEASUREMENT_MISMATCH");
    assertThat(server.recorded(answer).compact()).contains("appraisal.tdx.rtmr-1");
  }

  @Test
  void td_onAPlatformThatIsOutOfDate_isAWarningWithItsAdvisories() throws Exception {
    collateral(tdxDocuments().qeLevels(level(isvSvn(1), TCB_DATE, "OutOfDate", "INTEL-SA-00615")));
    Json.Obj cpu = guest.token(td(TD)).object("submods").object("cpu0");
    assertThat(cpu.string("ear.status")).isEqualTo("warning");

    Client.Answer answer = guest.ask(td(TD));

    assertThat(answer.code()).isEqualTo("TCB_NOT_UP_TO_DATE");
    assertThat(server.recorded(answer).compact())
        .contains("OutOfDate since 2025-03-12T00:00:00Z: INTEL-SA-00615");
  }

  @Test
  void td_onARevokedLevelOrPlatform_isRefused() throws Exception {
    collateral(tdxDocuments().qeLevels(level(isvSvn(1), TCB_DATE, "Revoked")));
    assertThat(guest.attest(td(TD)).code()).isEqualTo("TCB_REVOKED");

    SimulatedCollateral good = INTEL.collateral(SERVER, tdxDocuments());
    Bytes list =
        INTEL.pckCrl(
            SERVER.profile().authority(), SimulatedIntel.FROM, SimulatedIntel.TO, SERVER.serial());
    tdxCollateral.set(Optional.of(good.with(SimulatedCollateral.Part.PCK_CRL, list)));
    assertThat(guest.attest(td(TD)).code()).isEqualTo("REVOKED");
  }

  @Test
  void td_withoutCollateralOrWithOldOne_isRefused() throws Exception {
    tdxCollateral.set(Optional.empty());
    assertThat(guest.attest(td(TD)).code()).isEqualTo("COLLATERAL_MISSING");
    collateral(TcbDocuments.tdx(PckProfile.SERVER));
    assertThat(guest.attest(td(TD)).code()).isEqualTo("COLLATERAL_EXPIRED");
  }

  @Test
  void quote_forgedReplayedOrOfAnotherKind_isRefused() throws Exception {
    Bytes forged = Bytes.zeros(63).concat(Bytes.of((byte) 1));
    assertThat(
            guest.attest(td(TD, quote -> quote.with(SimulatedQuote.Part.SIGNATURE, forged))).code())
        .isEqualTo("SIGNATURE_INVALID");
    assertThat(guest.attest(_ -> td(TD).evidence(Bytes.zeros(48))).code())
        .isEqualTo("REPORT_DATA_MISMATCH");
    assertThat(guest.attest(sgx(ENCLAVE)).code()).isEqualTo("TEE_MISMATCH");
  }

  @Test
  void quote_toARootThatNobodyNamed_isRefused() throws Exception {
    SimulatedPlatform stranger = SimulatedIntel.create().platform(PckProfile.SERVER);
    Guest.Attester foreign =
        reportData -> evidence(SimulatedQuote.tdx(bound(TD, reportData)).by(stranger), Json.NULL);
    assertThat(guest.attest(foreign).code()).isEqualTo("CHAIN_INVALID");
  }

  @ParameterizedTest
  @CsvSource({"SHA256", "SHA512"})
  void initData_withAnotherDigest_isFittedToTheField(HashAlgorithm algorithm) throws Exception {
    InitData other = InitData.of(algorithm, Map.of("a", "b"));
    server.register(value("init_data", other.digest().hex()));

    Guest sending = guest.sending(other);
    SimulatedBody body = TD.with("MRCONFIGID", other.digest().fit(48));
    assertThat(sending.open(sending.ask(td(body)))).isEqualTo(SECRET);
  }

  @Test
  void enclave_knownByItsMeasurement_getsItsKey() throws Exception {
    assertThat(enclave.open(enclave.ask(sgx(ENCLAVE)))).isEqualTo(SECRET);
    Client.Answer answer = enclave.ask(sgx(ENCLAVE.with("MRENCLAVE", "12".repeat(32))));
    assertThat(answer.code()).isEqualTo("MEASUREMENT_MISMATCH");
    assertThat(server.recorded(answer).compact()).contains("appraisal.sgx.mr-enclave");
  }

  @Test
  void enclave_knownByItsSigner_needsProductAndVersionToo() throws Exception {
    server.forget("sgx_mr_enclave");
    assertThat(enclave.ask(sgx(ENCLAVE)).code()).isEqualTo("NO_REFERENCE_VALUE");
    server.register(value("sgx_mr_signer", "22".repeat(32)));
    assertThat(enclave.ask(sgx(ENCLAVE)).code()).isEqualTo("NO_REFERENCE_VALUE");
    server.register(
        value("sgx_isv_prod_id", Json.of(0x102)), value("sgx_minimum_isv_svn", Json.of(5)));

    assertThat(enclave.open(enclave.ask(sgx(ENCLAVE)))).isEqualTo(SECRET);
    assertThat(enclave.ask(sgx(ENCLAVE.with("ISVSVN", "0400"))).code())
        .isEqualTo("SVN_BELOW_MINIMUM");
    assertThat(enclave.ask(sgx(ENCLAVE.with("ISVPRODID", "0202"))).code())
        .isEqualTo("MEASUREMENT_MISMATCH");
    assertThat(enclave.ask(sgx(ENCLAVE.with("MRSIGNER", "23".repeat(32)))).code())
        .isEqualTo("MEASUREMENT_MISMATCH");
  }

  @Test
  void enclave_withDebugOrOtherInitData_isRefused() throws Exception {
    assertThat(enclave.attest(sgx(ENCLAVE.with("ATTRIBUTES", "8700000000000000"))).code())
        .isEqualTo("POLICY_DEBUG");
    assertThat(enclave.attest(sgx(ENCLAVE.with("CONFIGID", Bytes.zeros(64)))).code())
        .isEqualTo("INIT_DATA_MISMATCH");
    // Without key separation the field means nothing.
    assertThat(enclave.attest(sgx(ENCLAVE.with("ATTRIBUTES", "0500000000000000"))).code())
        .isEqualTo("INIT_DATA_MISMATCH");
  }
}
