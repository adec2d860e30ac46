package io.vouchsafe.trust.server;

import static io.vouchsafe.trust.server.ServerUnderTest.SECRET;
import static io.vouchsafe.trust.server.ServerUnderTest.minimumTcb;
import static io.vouchsafe.trust.server.ServerUnderTest.pem;
import static io.vouchsafe.trust.server.ServerUnderTest.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.dcap.Collateral;
import io.vouchsafe.evidence.snp.SnpEndorsementSource;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.InitData;
import io.vouchsafe.protocol.Tee;
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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Confidential VMs of Azure at the server, over HTTPS: good ones get their key, and each way of
/// cheating is refused with its own code.
class AzureGuestIT {
  private static final int REPORT_DATA = 0x50;
  private static final int MEASUREMENT = 0x90;
  private static final SimulatedTcb TCB = new SimulatedTcb(4, 0, 24, 219);
  private static final Bytes CHIP_ID = Bytes.zeros(60).concat(Bytes.utf8("chip"));
  private static final SimulatedAmd AMD = SimulatedAmd.of("Milan");
  private static final SimulatedKey VCEK = AMD.chip(VekExtensions.chip("Milan-B0", TCB, CHIP_ID));
  private static final SimulatedReport REPORT =
      SimulatedReport.milan(TCB, CHIP_ID).with(MEASUREMENT, 7);
  private static final SimulatedIntel INTEL = SimulatedIntel.create();
  private static final SimulatedPlatform PLATFORM = INTEL.platform(PckProfile.SERVER);
  private static final InitData INIT_DATA = InitData.of(HashAlgorithm.SHA256, Map.of("a", "b"));

  @TempDir Path folder;
  private final CloudTpm tpm = CloudTpm.create();
  private ServerUnderTest server;
  private Guest snp;
  private Guest tdx;

  @BeforeEach
  void start() throws Exception {
    Path amd = pem(folder.resolve("amd.pem"), AMD.authorities());
    Path intel = pem(folder.resolve("intel.pem"), List.of(INTEL.root()));
    Collateral collateral = collateral();
    server =
        ServerUnderTest.start(
            folder.resolve("home"),
            options ->
                options.withEvidence(
                    EvidenceOptions.NONE
                        .withRoots(List.of(amd), List.of(intel))
                        .withSources(SnpEndorsementSource.NONE, _ -> Optional.of(collateral))));
    boot();
    tpm.extend(8, INIT_DATA.digest());
    register();
    snp = server.guest(Tee.AZ_SNP_VTPM).sending(INIT_DATA);
    tdx = server.guest(Tee.AZ_TDX_VTPM).sending(INIT_DATA);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static Collateral collateral() throws FormatException {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    TcbDocuments documents =
        TcbDocuments.tdx(PckProfile.SERVER)
            .dated(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(29)));
    return Collateral.parse(INTEL.collateral(PLATFORM, documents).json());
  }

  /// A unified kernel image: PCR 12 to 14 stay at zero.
  private void boot() {
    tpm.boot(Collections.nCopies(24, Bytes.zeros(32)));
    for (int pcr : new int[] {0, 2, 4, 7, 9, 11}) {
      tpm.extend(pcr, tpm.bank().digest(Bytes.of((byte) pcr)));
    }
  }

  private void register() throws Exception {
    for (String prefix : List.of("snp_pcr", "tdx_pcr")) {
      for (String pcr : List.of("04", "07", "09", "11")) {
        server.register(value(prefix + pcr, tpm.registers().get(Integer.parseInt(pcr)).hex()));
      }
    }
    server.register(
        value("snp_launch_digest", "07" + "00".repeat(47)),
        value("snp_minimum_tcb", minimumTcb(4, 0, 24, 219)),
        value("tdx_mr_td", "55".repeat(48)),
        value("init_data", INIT_DATA.digest().hex()));
  }

  private static AzureGuest.Hardware amd(SimulatedReport report) {
    return new AzureGuest.Hardware(
        2, data -> VCEK.sign(report.with(REPORT_DATA, data)), data -> VCEK.certificate());
  }

  private static AzureGuest.Hardware intel(SimulatedBody body) {
    return new AzureGuest.Hardware(
        4,
        data -> Bytes.of((byte) 0x81),
        data -> SimulatedQuote.tdx(body.with("REPORTDATA", data)).by(PLATFORM));
  }

  private Guest.Attester on(AzureGuest.Hardware hardware, int version) {
    return reportData -> AzureGuest.of(tpm, hardware, reportData).evidence(version, reportData);
  }

  private Guest.Attester amd() {
    return on(amd(REPORT), 2);
  }

  private Guest.Attester intel() {
    return on(intel(SimulatedBody.td()), 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void snpGuest_inEachShape_getsItsKey(int version) throws Exception {
    assertThat(snp.open(snp.ask(on(amd(REPORT), version)))).isEqualTo(SECRET);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void tdxGuest_inEachShape_getsItsKey(int version) throws Exception {
    assertThat(tdx.open(tdx.ask(on(intel(SimulatedBody.td()), version)))).isEqualTo(SECRET);
  }

  @Test
  void token_hasTheClaimsOfTheReference() throws Exception {
    Json.Obj cpu = snp.token(amd()).object("submods").object("cpu0");

    assertThat(cpu.string("ear.status")).isEqualTo("affirming");
    assertThat(cpu.compact()).contains("\"anchor\":\"operator-named\"");
    Json.Obj claims = cpu.object("ear.veraison.annotated-evidence").object("az-snp-vtpm");
    assertThat(claims.string("reported_tcb_snp")).isEqualTo("24");
    assertThat(claims.object("tpm").string("pcr11")).isEqualTo(tpm.registers().get(11).hex());
  }

  @ParameterizedTest
  @CsvSource({
    "4,appraisal.vtpm.boot-applications,BOOT_STATE_UNEXPECTED",
    "7,appraisal.vtpm.secure-boot,BOOT_STATE_UNEXPECTED",
    "11,appraisal.vtpm.kernel-image,BOOT_STATE_UNEXPECTED",
    "12,appraisal.vtpm.kernel-configuration,NO_REFERENCE_VALUE"
  })
  void guest_thatBootedSomethingElse_getsNothing(int pcr, String check, String code)
      throws Exception {
    tpm.extend(pcr, Bytes.zeros(32));

    for (Client.Answer answer : List.of(snp.ask(amd()), tdx.ask(intel()))) {
      assertThat(answer.code()).isEqualTo(code);
      assertThat(server.recorded(answer).compact()).contains(check);
    }
  }

  @Test
  void guest_withAnotherParavisor_getsNothing() throws Exception {
    assertThat(snp.ask(on(amd(REPORT.with(MEASUREMENT, 8)), 2)).code())
        .isEqualTo("MEASUREMENT_MISMATCH");
    SimulatedBody other = SimulatedBody.td().with("MRTD", "56".repeat(48));
    assertThat(tdx.ask(on(intel(other), 1)).code()).isEqualTo("MEASUREMENT_MISMATCH");
  }

  @Test
  void hardware_withDebug_isRefused() throws Exception {
    assertThat(snp.attest(on(amd(REPORT.with(0x00a, 0x0b)), 2)).code()).isEqualTo("POLICY_DEBUG");
    SimulatedBody debug = SimulatedBody.td().with("TDATTRIBUTES", "0100001000000000");
    assertThat(tdx.attest(on(intel(debug), 1)).code()).isEqualTo("POLICY_DEBUG");
  }

  @Test
  void initData_otherThanMeasured_isRefused() throws Exception {
    Guest other = snp.sending(InitData.of(HashAlgorithm.SHA256, Map.of("a", "c")));
    assertThat(other.attest(amd()).code()).isEqualTo("INIT_DATA_MISMATCH");
    Guest longer = tdx.sending(InitData.of(HashAlgorithm.SHA384, Map.of("a", "b")));
    assertThat(longer.attest(intel()).code()).isEqualTo("INIT_DATA_MISMATCH");
    boot();
    assertThat(snp.attest(amd()).code()).isEqualTo("INIT_DATA_MISMATCH");
  }

  @Test
  void initData_measuredButNotSent_getsNothing() throws Exception {
    assertThat(server.guest(Tee.AZ_SNP_VTPM).ask(amd()).code()).isEqualTo("INIT_DATA_UNEXPECTED");
  }

  @Test
  void evidence_ofAnotherSessionOrOtherHardware_isRefused() throws Exception {
    Guest.Session first = snp.auth();
    Guest.Session second = snp.auth();
    Json evidence = amd().evidence(snp.reportData(first));
    assertThat(snp.send(second, evidence).code()).isEqualTo("NONCE_MISMATCH");
    assertThat(snp.send(first, evidence).status()).isEqualTo(200);
    assertThat(tdx.attest(on(amd(REPORT), 1)).status()).isEqualTo(401);
  }

  @Test
  void virtualTpm_thatTheHardwareDoesNotBind_isRefused() throws Exception {
    CloudTpm other = CloudTpm.create();
    other.boot(tpm.registers());
    Guest.Attester swapped =
        reportData -> {
          Bytes message = other.quote(reportData);
          return AzureGuest.of(tpm, amd(REPORT), reportData)
              .evidence(2, message, other.sign(message), other.registers());
        };
    assertThat(snp.attest(swapped).code()).isEqualTo("QUOTE_SIGNATURE_INVALID");
  }
}
