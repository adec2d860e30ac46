package io.vouchsafe.trust.collateral;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.evidence.dcap.DcapPolicy;
import io.vouchsafe.evidence.dcap.DcapVerifier;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.evidence.snp.SnpPolicy;
import io.vouchsafe.evidence.snp.SnpVerifier;
import io.vouchsafe.testkit.amd.GuestEvidence;
import io.vouchsafe.testkit.intel.PckProfile;
import io.vouchsafe.testkit.intel.SimulatedBody;
import io.vouchsafe.testkit.intel.SimulatedIntel;
import io.vouchsafe.testkit.intel.SimulatedQuote;
import io.vouchsafe.testkit.vendors.Fault;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class WaitingVerifierIT {
  private static final int REPORT_DATA = 0x050;

  /// What a fetch of its own may take: far longer than guests wait for it.
  private static final Duration WHOLE = Duration.ofSeconds(120);

  private static final Bytes DIGEST = Bytes.zeros(63).concat(Bytes.of((byte) 1));
  private static final ExpectedBinding BINDING = new ExpectedBinding(DIGEST, Optional.empty());

  @TempDir Path folder;
  private Vendors vendors;
  private CollateralService service;
  private Verifier snp;
  private Verifier tdx;

  @BeforeEach
  void open() throws Exception {
    vendors = Vendors.start();
    service = vendors.open(folder);
    CollateralRoots roots = Vendors.roots();
    snp =
        service.waiting(
            new SnpVerifier(
                roots.amd(), SnpPolicy.STRICT.withVmpl(0).withRevocationList(), service));
    tdx = service.waiting(new DcapVerifier(TeeKind.TDX, roots.intel(), DcapPolicy.STRICT, service));
  }

  @AfterEach
  void close() {
    service.close();
    vendors.close();
  }

  private static GuestEvidence report() {
    return GuestEvidence.of(Vendors.CHIP.sign(Vendors.report().with(REPORT_DATA, DIGEST)));
  }

  private static Json.Obj quote() {
    SimulatedBody body = SimulatedBody.td().with("REPORTDATA", DIGEST);
    return Vendors.quote(SimulatedQuote.tdx(body).by(Vendors.PLATFORM));
  }

  private void verify(Verifier verifier, Json evidence) throws RefusedException {
    verifier.verify(evidence, BINDING, vendors.clock.instant());
  }

  private RefusedException refusal(Verifier verifier, Json evidence) {
    try {
      verify(verifier, evidence);
      throw new AssertionError("verified");
    } catch (RefusedException e) {
      return e;
    }
  }

  @Test
  void guest_ofANewPlatform_isVerifiedAtTheFirstAttempt() throws Exception {
    verify(tdx, quote());
    assertThat(vendors.server.requests()).hasSize(4);
    verify(tdx, quote());
    assertThat(vendors.server.requests()).hasSize(4);
  }

  @Test
  void guest_ofANewChipWithoutCertificates_isVerifiedAtTheFirstAttempt() throws Exception {
    verify(snp, report().json());
    assertThat(vendors.server.requests()).hasSize(3);
    verify(snp, report().json());
    assertThat(vendors.server.requests()).hasSize(3);
  }

  @Test
  void guest_thatBringsItsChipsCertificate_costsNoRequestForIt() throws Exception {
    verify(snp, report().with("VCEK", Vendors.CHIP.certificate()).json());
    assertThat(vendors.server.requests(Vendors.CHIP_ID.hex())).isZero();
  }

  @Test
  void guests_thatComeTogether_shareOneFetch() throws Exception {
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        all.add(
            threads.submit(() -> {
              verify(tdx, quote());
              verify(snp, report().json());
              return true;
            }));
      }
    }
    for (Future<?> one : all) {
      one.get();
    }
    assertThat(vendors.server.requests()).hasSize(7);
  }

  @Test
  void forgery_causesNoRequest() {
    byte[] broken = SimulatedQuote.tdx(SimulatedBody.td()).by(Vendors.PLATFORM).toByteArray();
    broken[100] ^= 1;
    assertThat(refusal(tdx, Vendors.quote(Bytes.of(broken))).code())
        .isEqualTo(Code.SIGNATURE_INVALID);
    Bytes foreign =
        SimulatedQuote.tdx(SimulatedBody.td())
            .by(SimulatedIntel.create().platform(PckProfile.SERVER));
    assertThat(refusal(tdx, Vendors.quote(foreign)).code()).isEqualTo(Code.CHAIN_INVALID);
    assertThat(vendors.server.requests()).isEmpty();
  }

  @Test
  void guest_ofAnUnknownChip_isRefusedAndToldWhy() {
    Bytes signed =
        Vendors.CHIP.sign(
            Vendors.report().with(REPORT_DATA, DIGEST).with(0x1a0, Vendors.chipId(9)));
    RefusedException refused = refusal(snp, GuestEvidence.of(signed).json());
    assertThat(refused.code()).isEqualTo(Code.CHAIN_INVALID);
    assertThat(refused.refusal().found()).contains("COLLATERAL_UNKNOWN", "404");
  }

  @Test
  void guest_whoseVendorIsAway_isRefusedAndToldWhy() {
    vendors.server.misbehave(new Fault.Status(503, "4000"));
    RefusedException refused = refusal(tdx, quote());
    assertThat(refused.code()).isEqualTo(Code.COLLATERAL_MISSING);
    assertThat(refused.refusal().found()).contains("COLLATERAL_UNAVAILABLE");
    assertThat(refusal(snp, report().json()).code()).isEqualTo(Code.CHAIN_INVALID);
  }

  @Test
  void guest_waitsNoLongerThanItMay() throws Exception {
    vendors.server.misbehave(new Fault.Hang());
    CollateralOptions options =
        vendors.options(folder).withTimes(Duration.ofMillis(300), WHOLE, Thread::sleep);
    try (CollateralService hasty = CollateralService.open(options)) {
      Verifier verifier =
          hasty.waiting(
              new DcapVerifier(TeeKind.TDX, Vendors.roots().intel(), DcapPolicy.STRICT, hasty));
      long start = System.nanoTime();
      assertThat(refusal(verifier, quote()).code()).isEqualTo(Code.COLLATERAL_MISSING);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(WHOLE);
    }
  }

  @Test
  void guest_ofAKnownPlatform_isVerifiedWhenTheVendorIsAway_untilTheListsEnd() throws Exception {
    verify(snp, report().json());
    verify(tdx, quote());
    vendors.server.misbehave(new Fault.Status(500, ""));
    vendors.clock.move(Duration.ofDays(12));
    verify(snp, report().json());
    verify(tdx, quote());
    vendors.clock.move(Duration.ofDays(9));
    assertThat(refusal(snp, report().json()).code()).isEqualTo(Code.COLLATERAL_MISSING);
    assertThat(refusal(tdx, quote()).code()).isEqualTo(Code.COLLATERAL_MISSING);
  }

  @Test
  void source_withoutAWaitingVerifier_fetchesForTheNextOne() throws Exception {
    Verifier plain =
        new DcapVerifier(TeeKind.TDX, Vendors.roots().intel(), DcapPolicy.STRICT, service);
    assertThat(refusal(plain, quote()).code()).isEqualTo(Code.COLLATERAL_MISSING);
    service.await(
        List.of(Vendors.TCB_INFO, Vendors.IDENTITY, Vendors.ROOT_LIST, Vendors.PCK_LIST),
        Duration.ofSeconds(120));
    verify(plain, quote());
  }
}
