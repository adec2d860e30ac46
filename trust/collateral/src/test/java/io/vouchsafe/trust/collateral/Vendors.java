package io.vouchsafe.trust.collateral;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.dcap.DcapRoots;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.evidence.snp.SnpProduct;
import io.vouchsafe.evidence.snp.SnpTcb;
import io.vouchsafe.evidence.snp.SnpTrust;
import io.vouchsafe.testkit.amd.SimulatedAmd;
import io.vouchsafe.testkit.amd.SimulatedReport;
import io.vouchsafe.testkit.amd.SimulatedTcb;
import io.vouchsafe.testkit.amd.VekExtensions;
import io.vouchsafe.testkit.intel.PckProfile;
import io.vouchsafe.testkit.intel.SimulatedIntel;
import io.vouchsafe.testkit.intel.SimulatedPlatform;
import io.vouchsafe.testkit.intel.TcbDocuments;
import io.vouchsafe.testkit.vendors.VendorDouble;
import io.vouchsafe.trust.collateral.CollateralKey.Enclave;
import io.vouchsafe.trust.collateral.CollateralKey.KeyKind;
import io.vouchsafe.trust.collateral.CollateralKey.Update;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/// Simulated vendors with one chip and one platform, their services, and what asks them. The keys
/// are made once for all tests.
final class Vendors implements AutoCloseable {
  static final SimulatedAmd AMD = SimulatedAmd.of("Milan");
  static final SimulatedIntel INTEL = SimulatedIntel.create();
  static final SimulatedTcb TCB = new SimulatedTcb(3, 0, 20, 209);
  static final Bytes CHIP_ID = chipId(7);
  static final SimulatedAmd.SimulatedKey CHIP =
      AMD.chip(VekExtensions.chip("Milan-B0", TCB, CHIP_ID));
  static final SimulatedPlatform PLATFORM = INTEL.platform(PckProfile.SERVER);
  static final Bytes FMSPC = PckProfile.SERVER.fmspc();

  static final Instant START = TcbDocuments.GOOD;
  static final Instant LISTS_UNTIL = START.plus(Duration.ofDays(20));

  static final CollateralKey CHAIN = new CollateralKey.AmdChain(KeyKind.VCEK, "Milan");
  static final CollateralKey AMD_LIST = new CollateralKey.AmdList("Milan");
  static final CollateralKey CHIP_KEY =
      new CollateralKey.ChipKey(
          SnpProduct.MILAN, CHIP_ID, new SnpTcb(Optional.empty(), 3, 0, 20, 209));
  static final CollateralKey TCB_INFO =
      new CollateralKey.TcbInfo(TeeKind.TDX, FMSPC, Update.STANDARD);
  static final CollateralKey IDENTITY = new CollateralKey.Identity(Enclave.TD_QE, Update.STANDARD);
  static final CollateralKey ROOT_LIST = new CollateralKey.RootList();
  static final CollateralKey PCK_LIST = new CollateralKey.PckList(true);
  static final CollateralKey NUMBERS = new CollateralKey.EvaluationNumbers(TeeKind.TDX);

  final VendorDouble server;
  final TestClock clock = new TestClock(START);

  private Vendors(VendorDouble server) {
    this.server = server;
    server.publish(AMD, "Milan", START.minus(Duration.ofDays(1)), LISTS_UNTIL);
    server.chip("Milan", CHIP_ID, TCB, CHIP.certificate());
    server.publish(INTEL, START.minus(Duration.ofDays(1)), LISTS_UNTIL);
    server.publish(INTEL, "tdx", FMSPC, TcbDocuments.tdx(PckProfile.SERVER));
  }

  static Vendors start() throws IOException {
    return new Vendors(VendorDouble.start());
  }

  static Vendors startTls() throws IOException {
    return new Vendors(VendorDouble.startTls());
  }

  static Bytes chipId(int fill) {
    byte[] id = new byte[64];
    Arrays.fill(id, (byte) fill);
    return Bytes.of(id);
  }

  static CollateralRoots roots() {
    try {
      return new CollateralRoots(
          SnpTrust.none().withRoot(AMD.root()), DcapRoots.none().named(INTEL.root()));
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }

  Endpoints endpoints() {
    URI base = URI.create(server.url());
    return new Endpoints(base, base, Optional.of(URI.create(server.url() + "/IntelSGXRootCA.der")));
  }

  /// Real waits are short; those for the service move the clock.
  CollateralOptions options(Path folder) {
    return CollateralOptions.at(folder, clock, new Random(1))
        .withEndpoints(endpoints(), Optional.empty())
        .withRoots(roots())
        .withTimes(
            Duration.ofSeconds(120),
            Duration.ofSeconds(60),
            time -> {
              // The refresher asks for whole minutes: it has no part in these tests.
              if (time.compareTo(Duration.ofMinutes(1)) == 0) {
                Thread.sleep(Long.MAX_VALUE);
              }
              clock.pause(time);
            });
  }

  CollateralService open(Path folder) throws FormatException {
    return CollateralService.open(options(folder));
  }

  /// A report of the chip in the JSON of guests, without certificates.
  static SimulatedReport report() {
    return SimulatedReport.milan(TCB, CHIP_ID);
  }

  static Json.Obj quote(Bytes quote) {
    return Json.object().put("quote", quote.base64()).build();
  }

  @Override
  public void close() {
    server.close();
  }
}
