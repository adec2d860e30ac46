package io.vouchsafe.trust.server;

import static io.vouchsafe.trust.server.ServerUnderTest.SECRET;
import static io.vouchsafe.trust.server.ServerUnderTest.minimumTcb;
import static io.vouchsafe.trust.server.ServerUnderTest.pem;
import static io.vouchsafe.trust.server.ServerUnderTest.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.InitData;
import io.vouchsafe.protocol.Tee;
import io.vouchsafe.testkit.amd.GuestEvidence;
import io.vouchsafe.testkit.amd.SimulatedAmd;
import io.vouchsafe.testkit.amd.SimulatedReport;
import io.vouchsafe.testkit.amd.SimulatedTcb;
import io.vouchsafe.testkit.amd.VekExtensions;
import io.vouchsafe.testkit.intel.PckProfile;
import io.vouchsafe.testkit.intel.SimulatedBody;
import io.vouchsafe.testkit.intel.SimulatedIntel;
import io.vouchsafe.testkit.intel.SimulatedPlatform;
import io.vouchsafe.testkit.intel.SimulatedQuote;
import io.vouchsafe.testkit.intel.TcbDocuments;
import io.vouchsafe.testkit.vendors.Fault;
import io.vouchsafe.testkit.vendors.VendorDouble;
import io.vouchsafe.trust.collateral.CollateralOptions;
import io.vouchsafe.trust.collateral.CollateralRoots;
import io.vouchsafe.trust.collateral.CollateralService;
import io.vouchsafe.trust.collateral.Endpoints;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Guests that bring nothing but their report or quote: the server gets the rest from the vendors'
/// services before it answers.
class CollateralGuestIT {
  private static final int REPORT_DATA = 0x050;
  private static final int MEASUREMENT = 0x090;
  private static final int HOST_DATA = 0x0c0;

  private static final SimulatedTcb TCB = new SimulatedTcb(4, 0, 24, 219);
  private static final Bytes CHIP_ID = Bytes.zeros(60).concat(Bytes.utf8("chip"));
  private static final SimulatedAmd AMD = SimulatedAmd.of("Milan");
  private static final SimulatedAmd.SimulatedKey VCEK =
      AMD.chip(VekExtensions.chip("Milan-B0", TCB, CHIP_ID));
  private static final Bytes LAUNCHED = Bytes.zeros(47).concat(Bytes.of((byte) 7));
  private static final InitData INIT_DATA = InitData.of(HashAlgorithm.SHA256, Map.of("a", "b"));
  private static final SimulatedReport REPORT =
      SimulatedReport.milan(TCB, CHIP_ID)
          .with(MEASUREMENT, LAUNCHED)
          .with(HOST_DATA, INIT_DATA.digest());
  private static final SimulatedIntel INTEL = SimulatedIntel.create();
  private static final SimulatedPlatform PLATFORM = INTEL.platform(PckProfile.SERVER);

  @TempDir Path folder;
  private VendorDouble vendors;
  private CollateralService service;
  private ServerUnderTest server;

  @BeforeEach
  void start() throws Exception {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Instant from = now.minus(Duration.ofDays(1));
    Instant until = now.plus(Duration.ofDays(20));
    vendors = VendorDouble.start();
    vendors.publish(AMD, "Milan", from, until);
    vendors.chip("Milan", CHIP_ID, TCB, VCEK.certificate());
    vendors.publish(INTEL, from, until);
    vendors.publish(
        INTEL,
        "tdx",
        PckProfile.SERVER.fmspc(),
        TcbDocuments.tdx(PckProfile.SERVER).dated(from, until));
    EvidenceOptions roots =
        EvidenceOptions.NONE.withRoots(
            List.of(pem(folder.resolve("amd.pem"), List.of(AMD.root()))),
            List.of(pem(folder.resolve("intel.pem"), List.of(INTEL.root()))));
    ProcessorRoots read = ProcessorRoots.read(roots.amdRoots(), roots.intelRoots());
    URI base = URI.create(vendors.url());
    service =
        CollateralService.open(
            CollateralOptions.at(folder.resolve("collateral"), InstantSource.system(), new Random())
                .withEndpoints(new Endpoints(base, base, Optional.empty()), Optional.empty())
                .withRoots(new CollateralRoots(read.amd(), read.intel())));
    server =
        ServerUnderTest.start(
            folder.resolve("home"),
            options -> options.withEvidence(roots.withService(service, service, service::waiting)));
    server.register(
        value("snp_launch_digest", LAUNCHED.hex()),
        value("snp_minimum_tcb", minimumTcb(4, 0, 24, 219)),
        value("init_data", INIT_DATA.digest().hex()),
        value("tdx_mr_td", "55".repeat(48)));
  }

  @AfterEach
  void stop() {
    server.close();
    service.close();
    vendors.close();
  }

  private static Json report(Bytes reportData) {
    return GuestEvidence.of(VCEK.sign(REPORT.with(REPORT_DATA, reportData))).json();
  }

  private static Json quote(Bytes reportData) {
    SimulatedBody body = SimulatedBody.td().with("REPORTDATA", reportData.fit(64));
    return Json.object().put("quote", SimulatedQuote.tdx(body).by(PLATFORM).base64()).build();
  }

  @Test
  void snpGuest_withItsReportOnly_getsItsKeyAtTheFirstAttempt() throws Exception {
    Guest guest = server.guest(Tee.SNP).sending(INIT_DATA);
    assertThat(guest.open(guest.ask(CollateralGuestIT::report))).isEqualTo(SECRET);
    assertThat(vendors.requests(CHIP_ID.hex())).isEqualTo(1);
  }

  @Test
  void tdxGuest_ofANewPlatform_isVerifiedAtTheFirstAttempt() throws Exception {
    Json.Obj cpu =
        server.guest(Tee.TDX).token(CollateralGuestIT::quote).object("submods").object("cpu0");
    assertThat(cpu.object("ear.trustworthiness-vector").integer("hardware")).isEqualTo(2);
    assertThat(vendors.requests("/tdx/certification/v4/tcb?")).isEqualTo(1);
  }

  @Test
  void snpGuest_whileAmdIsAway_isRefusedAndTheRecordSaysWhy() throws Exception {
    vendors.misbehave(new Fault.Status(503, "3600"));
    Guest guest = server.guest(Tee.SNP).sending(INIT_DATA);
    Client.Answer answer = guest.attest(CollateralGuestIT::report);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("Vouchsafe-Code")).contains("CHAIN_INVALID");
    vendors.behave();
  }

  @Test
  void tdxGuest_whileIntelIsAway_isRefusedForWantOfCollateral() throws Exception {
    vendors.misbehave(new Fault.Status(429, "3600"));
    Guest guest = server.guest(Tee.TDX);
    Client.Answer answer = guest.attest(CollateralGuestIT::quote);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("Vouchsafe-Code")).contains("COLLATERAL_MISSING");
  }

  @Test
  void snpGuest_whoseAuthorityIsRevoked_isRefused() throws Exception {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    vendors.amdList(
        "Milan",
        AMD.revocationList(
            now.minusSeconds(60), now.plus(Duration.ofDays(9)), SimulatedAmd.ASK_SERIAL));
    Guest guest = server.guest(Tee.SNP).sending(INIT_DATA);
    Client.Answer answer = guest.attest(CollateralGuestIT::report);
    assertThat(answer.header("Vouchsafe-Code")).contains("REVOKED");
  }
}
