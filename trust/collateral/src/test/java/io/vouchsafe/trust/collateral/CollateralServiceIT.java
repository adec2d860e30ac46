package io.vouchsafe.trust.collateral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.testkit.intel.PckProfile;
import io.vouchsafe.testkit.intel.TcbDocuments;
import io.vouchsafe.testkit.vendors.Fault;
import io.vouchsafe.testkit.vendors.VendorDouble;
import io.vouchsafe.verdict.Code;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// When vendors are asked, what is kept of their answers and for how long.
@Timeout(240)
class CollateralServiceIT extends CollateralServiceTestCase {
  static List<CollateralKey> everyKey() {
    return List.of(
        Vendors.CHAIN,
        Vendors.AMD_LIST,
        Vendors.CHIP_KEY,
        Vendors.TCB_INFO,
        Vendors.IDENTITY,
        Vendors.NUMBERS,
        Vendors.ROOT_LIST,
        Vendors.PCK_LIST);
  }

  @ParameterizedTest
  @MethodSource("everyKey")
  void fetch_ofEachKind_isVerifiedAndHeld(CollateralKey key) throws Exception {
    assertThat(service.held(key)).isEmpty();
    VerifiedDocument fetched = fetch(key);
    assertThat(fetched.key()).isEqualTo(key);
    assertThat(service.held(key)).contains(fetched);
    assertThat(fetched.facts().until()).isAfter(Vendors.START);
  }

  @Test
  void fetch_thatManyAskFor_isOneRequest() throws Exception {
    fetch(Vendors.CHAIN);
    vendors.server.hold();
    List<CompletableFuture<VerifiedDocument>> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(service.fetch(Vendors.CHIP_KEY));
    }
    vendors.server.release();
    for (CompletableFuture<VerifiedDocument> one : all) {
      one.get(120, TimeUnit.SECONDS);
    }
    assertThat(vendors.server.requests(Vendors.CHIP_ID.hex())).isEqualTo(1);
  }

  /// Whoever looked just before it came must not fetch it once more.
  @Test
  void miss_ofWhatCameMeanwhile_isNoSecondRequest() throws Exception {
    fetch(Vendors.CHAIN);
    assertThat(service.await(List.of(Vendors.CHAIN), Duration.ofSeconds(120))).isEmpty();
    assertThat(vendors.server.requests("cert_chain")).isEqualTo(1);
    fetch(Vendors.CHAIN);
    assertThat(vendors.server.requests("cert_chain")).isEqualTo(2);
  }

  @Test
  void fetches_ofManyKeys_areBoundedAtTheServerAndInAll() throws Exception {
    vendors.server.hold();
    List<CompletableFuture<VerifiedDocument>> all = new ArrayList<>();
    for (int i = 0; i < Flights.MAX_FLIGHTS + 50; i++) {
      Bytes fmspc = Bytes.of((byte) (i >> 8), (byte) i, (byte) 0, (byte) 0, (byte) 0, (byte) 0);
      all.add(
          service.fetch(
              new CollateralKey.TcbInfo(
                  io.vouchsafe.evidence.dcap.TeeKind.TDX, fmspc, CollateralKey.Update.STANDARD)));
    }
    long refused = all.stream().filter(CompletableFuture::isCompletedExceptionally).count();
    assertThat(refused).isEqualTo(50);
    vendors.server.release();
    for (CompletableFuture<VerifiedDocument> one : all) {
      assertThatThrownBy(() -> one.get(120, TimeUnit.SECONDS))
          .hasCauseInstanceOf(FetchException.class);
    }
    assertThat(vendors.server.peak()).isLessThanOrEqualTo(HostGate.CONCURRENT);
  }

  @Test
  void throttled_withRetryAfter_comesBackWhenToldAndNotBefore() throws Exception {
    vendors.server.misbehaveOnce(new Fault.Status(429, "7"), new Fault.Status(503, "11"));
    fetch(Vendors.TCB_INFO);
    assertThat(vendors.clock.pauses()).hasSize(2);
    assertThat(vendors.clock.pauses().get(0))
        .isBetween(Duration.ofSeconds(7), Duration.ofSeconds(8));
    assertThat(vendors.clock.pauses().get(1))
        .isBetween(Duration.ofSeconds(11), Duration.ofSeconds(13));
  }

  @Test
  void throttled_withADate_comesBackThen() throws Exception {
    vendors.server.misbehaveOnce(new Fault.Status(429, "Sun, 01 Jun 2025 00:00:30 GMT"));
    fetch(Vendors.TCB_INFO);
    assertThat(vendors.clock.instant()).isAfterOrEqualTo(Vendors.START.plusSeconds(30));
  }

  @Test
  void failing_again_waitsLongerEachTime() throws Exception {
    vendors.server.misbehaveOnce(
        new Fault.Status(500, ""), new Fault.Status(502, ""), new Fault.Status(503, "soon"));
    fetch(Vendors.ROOT_LIST);
    List<Duration> pauses = vendors.clock.pauses();
    assertThat(pauses).hasSize(3);
    for (int i = 0; i < 3; i++) {
      Duration whole = Duration.ofSeconds(1L << i);
      assertThat(pauses.get(i)).isBetween(whole.dividedBy(2), whole);
    }
  }

  @Test
  void throttled_forLongerThanThePatience_failsAtOnceAndLeavesTheServiceAlone() throws Exception {
    vendors.server.misbehave(new Fault.Status(429, "3000"));
    assertThat(refusal(Vendors.TCB_INFO)).isEqualTo(Code.COLLATERAL_UNAVAILABLE);
    assertThat(refusal(Vendors.IDENTITY)).isEqualTo(Code.COLLATERAL_UNAVAILABLE);
    assertThat(vendors.server.requests()).hasSize(1);
    vendors.server.behave();
    vendors.clock.move(Duration.ofSeconds(3301));
    fetch(Vendors.TCB_INFO);
  }

  @Test
  void retryAfter_withoutEnd_isBounded() throws Exception {
    vendors.server.misbehave(new Fault.Status(429, "999999999"));
    refusal(Vendors.TCB_INFO);
    vendors.server.behave();
    vendors.clock.move(Duration.ofMinutes(67));
    fetch(Vendors.TCB_INFO);
  }

  @Test
  void failure_isRememberedForAShortWhile() throws Exception {
    vendors.server.withdraw("/tdx/certification/v4/tcb?fmspc=" + Vendors.FMSPC.hex());
    assertThat(refusal(Vendors.TCB_INFO)).isEqualTo(Code.COLLATERAL_UNKNOWN);
    assertThat(refusal(Vendors.TCB_INFO)).isEqualTo(Code.COLLATERAL_UNKNOWN);
    assertThat(vendors.server.requests()).hasSize(1);
    vendors.server.publish(
        Vendors.INTEL, "tdx", Vendors.FMSPC, TcbDocuments.tdx(PckProfile.SERVER));
    vendors.clock.move(Duration.ofMinutes(13));
    fetch(Vendors.TCB_INFO);
  }

  static List<Fault> spoilt() {
    return List.of(
        new Fault.Portal(),
        new Fault.Flipped(),
        new Fault.Endless(),
        new Fault.NoIssuers(),
        new Fault.LongIssuers(),
        new Fault.BrokenIssuers());
  }

  @ParameterizedTest
  @MethodSource("spoilt")
  void answer_thatIsSpoilt_isNeverHeld(Fault fault) throws Exception {
    vendors.server.misbehave(fault);
    Code code = refusal(Vendors.TCB_INFO);
    assertThat(code).isIn(Code.COLLATERAL_INVALID, Code.COLLATERAL_SIGNATURE_INVALID);
    assertThat(service.held(Vendors.TCB_INFO)).isEmpty();
    assertThat(new CollateralFolder(folder).all()).isEmpty();
    assertThat(new CollateralFolder(folder).failures())
        .anySatisfy(failed -> assertThat(failed.code()).isEqualTo(code.name()));
  }

  @Test
  void answer_ofAnotherMediaType_isJudgedByItsContent() throws Exception {
    vendors.server.misbehave(new Fault.WrongType());
    fetch(Vendors.TCB_INFO);
  }

  @Test
  void answer_thatIsCut_isAskedForAgain() throws Exception {
    vendors.server.misbehaveOnce(new Fault.Cut());
    fetch(Vendors.TCB_INFO);
    assertThat(vendors.server.requests()).hasSize(2);
  }

  @Test
  void redirect_elsewhere_isRefusedAndNotFollowed() throws Exception {
    try (VendorDouble other = VendorDouble.start()) {
      vendors.server.misbehave(new Fault.Redirect(other.url()));
      assertThat(refusal(Vendors.TCB_INFO)).isEqualTo(Code.COLLATERAL_UNAVAILABLE);
      assertThat(other.requests()).isEmpty();
    }
  }

  @Test
  void document_isUsedWithinItsDatesAndNoFurther_whenItsVendorIsGone() throws Exception {
    fetch(Vendors.TCB_INFO);
    vendors.server.misbehave(new Fault.Status(500, ""));
    vendors.clock.move(Duration.between(vendors.clock.instant(), TcbDocuments.NEXT));
    assertThat(service.held(Vendors.TCB_INFO)).isPresent();
    vendors.clock.move(Duration.ofSeconds(1));
    assertThat(service.held(Vendors.TCB_INFO)).isEmpty();
  }

  @Test
  void document_isRefreshedAtHalfOfItsLife() throws Exception {
    fetch(Vendors.TCB_INFO);
    service.refreshDue();
    assertThat(vendors.server.requests()).hasSize(1);
    Instant half =
        Vendors.START.plus(Duration.between(Vendors.START, TcbDocuments.NEXT).dividedBy(2));
    vendors.clock.move(Duration.between(Vendors.START, half).minusSeconds(1));
    service.refreshDue();
    assertThat(vendors.server.requests()).hasSize(1);

    vendors.clock.move(Duration.ofSeconds(1));
    Instant next = TcbDocuments.NEXT.plus(Duration.ofDays(30));
    vendors.server.publish(
        Vendors.INTEL, "tdx", Vendors.FMSPC, TcbDocuments.tdx(PckProfile.SERVER).dated(half, next));
    service.refreshDue();
    assertThat(service.held(Vendors.TCB_INFO).orElseThrow().facts().until()).isEqualTo(next);
  }

  @Test
  void refresh_thatFails_leavesWhatIsHeldAndTriesAgainLater() throws Exception {
    VerifiedDocument held = fetch(Vendors.TCB_INFO);
    vendors.server.misbehave(new Fault.Portal());
    vendors.clock.move(Duration.ofDays(10));
    service.refreshDue();
    assertThat(service.held(Vendors.TCB_INFO)).contains(held);
    assertThat(new CollateralFolder(folder).failures()).hasSize(1);
    service.refreshDue();
    assertThat(vendors.server.requests()).hasSize(2);
    vendors.clock.move(Duration.ofMinutes(3));
    vendors.server.behave();
    service.refreshDue();
    assertThat(vendors.server.requests()).hasSize(3);
    assertThat(new CollateralFolder(folder).failures()).isEmpty();
  }

  @Test
  void document_survivesTheProcess() throws Exception {
    VerifiedDocument fetched = fetch(Vendors.CHIP_KEY);
    service.close();
    vendors.server.misbehave(new Fault.Status(500, ""));
    service = vendors.open(folder);
    assertThat(service.held(Vendors.CHIP_KEY).orElseThrow().document())
        .isEqualTo(fetched.document());
  }

  @Test
  void document_thatWasChangedOnDisk_isNotUsed() throws Exception {
    fetch(Vendors.TCB_INFO);
    service.close();
    Path file = folder.resolve(Vendors.TCB_INFO.text().replace('/', '_') + ".json");
    String text = Files.readString(file);
    int at = text.indexOf("\"body\":\"") + 400;
    char other = text.charAt(at) == 'A' ? 'B' : 'A';
    Files.writeString(file, text.substring(0, at) + other + text.substring(at + 1));
    service = vendors.open(folder);
    assertThat(service.held(Vendors.TCB_INFO)).isEmpty();
    Files.writeString(file, "{");
    assertThat(service.held(Vendors.TCB_INFO)).isEmpty();
    fetch(Vendors.TCB_INFO);
  }

  @Test
  void document_ofAnotherProcess_isFoundWithoutAsking() throws Exception {
    try (CollateralService other = vendors.open(folder)) {
      other.fetch(Vendors.TCB_INFO).get();
      assertThat(service.held(Vendors.TCB_INFO)).isPresent();
      assertThat(vendors.server.requests()).hasSize(1);
    }
  }

  @Test
  void offline_fetchesNothing() throws Exception {
    try (CollateralService offline = CollateralService.open(vendors.options(folder).offline())) {
      assertThatThrownBy(() -> offline.fetch(Vendors.TCB_INFO).get())
          .hasCauseInstanceOf(FetchException.class);
      assertThat(
              offline.collateral(
                  new io.vouchsafe.evidence.dcap.CollateralSource.Platform(
                      io.vouchsafe.evidence.dcap.TeeKind.TDX, Vendors.FMSPC, true)))
          .isEmpty();
    }
    assertThat(vendors.server.requests()).isEmpty();
  }

  @Test
  void cache_withACertificateOfItsOwn_servesWhenItIsNamed() throws Exception {
    try (Vendors tls = Vendors.startTls()) {
      tls.server.asCache();
      Endpoints endpoints = Endpoints.VENDORS.with("pccs", URI.create(tls.server.url()));
      CollateralOptions options =
          tls.options(folder).withEndpoints(endpoints, Optional.of(tls.server.tlsRoot()));
      try (CollateralService named = CollateralService.open(options)) {
        for (CollateralKey key :
            List.of(Vendors.ROOT_LIST, Vendors.PCK_LIST, Vendors.TCB_INFO, Vendors.IDENTITY)) {
          named.fetch(key).get(120, TimeUnit.SECONDS);
        }
      }
      CollateralOptions unnamed =
          tls.options(folder.resolve("other")).withEndpoints(endpoints, Optional.empty());
      try (CollateralService strict = CollateralService.open(unnamed)) {
        assertThatThrownBy(() -> strict.fetch(Vendors.TCB_INFO).get(120, TimeUnit.SECONDS))
            .hasMessageContaining("TLS");
      }
    }
  }

  @Test
  void bundle_givesWhatIsGenuineAndNothingElse() throws Exception {
    List<CollateralDocument> documents = new ArrayList<>();
    for (CollateralKey key : everyKey()) {
      documents.add(fetch(key).document());
    }
    CollateralDocument forged = documents.removeLast();
    documents.add(
        new CollateralDocument(
            forged.key(), Bytes.utf8("?"), forged.issuers(), forged.fetched(), "a forger"));
    var key = CollateralBundleTest.key("secp256r1");
    Bytes file = CollateralBundle.write(documents, key, vendors.clock.instant(), DAY);
    CollateralBundle bundle =
        CollateralBundle.read(file, List.of(key.getPublic()), vendors.clock.instant());

    Path elsewhere = folder.resolve("elsewhere");
    try (CollateralService other = CollateralService.open(vendors.options(elsewhere).offline())) {
      List<CollateralService.Taken> taken = other.take(bundle);
      assertThat(taken).filteredOn(one -> one.refused().isPresent()).hasSize(1);
      assertThat(other.held(Vendors.CHIP_KEY)).isPresent();
      assertThat(other.held(forged.key())).isEmpty();
    }
  }

  @Test
  void tlsRoots_thatAreNone_areToldAtOnce() {
    CollateralOptions options =
        vendors
            .options(folder)
            .withEndpoints(vendors.endpoints(), Optional.of(Bytes.utf8("no PEM")));
    assertThatThrownBy(() -> CollateralService.open(options)).isInstanceOf(FormatException.class);
  }
}
