package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.Pem;
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
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The trust server as a process that gets its collateral from simulated vendors, and guests that
/// bring nothing but their report or quote, over HTTPS.
@Timeout(600)
class TrustServeCollateralIT {
  private static final Duration START = Duration.ofSeconds(120);
  private static final Duration STOP = Duration.ofSeconds(90);

  /// Of a revocation list that ends while a test runs.
  private static final Duration SHORT_LIFE = Duration.ofSeconds(40);

  private static final int POLICY = 0x00a;
  private static final int REPORT_DATA = 0x050;
  private static final int MEASUREMENT = 0x090;
  private static final int HOST_DATA = 0x0c0;

  private static final SimulatedTcb TCB = new SimulatedTcb(4, 0, 24, 219);
  private static final Bytes CHIP_ID = Bytes.zeros(60).concat(Bytes.utf8("chip"));
  private static final Bytes OTHER_ID = Bytes.zeros(60).concat(Bytes.utf8("next"));
  private static final SimulatedAmd AMD = SimulatedAmd.of("Milan");
  private static final SimulatedAmd.SimulatedKey CHIP =
      AMD.chip(VekExtensions.chip("Milan-B0", TCB, CHIP_ID));
  private static final SimulatedAmd.SimulatedKey OTHER_CHIP =
      AMD.chip(VekExtensions.chip("Milan-B0", TCB, OTHER_ID));
  private static final Bytes LAUNCHED = Bytes.zeros(47).concat(Bytes.of((byte) 7));
  private static final InitData INIT_DATA = InitData.of(HashAlgorithm.SHA256, Map.of("a", "b"));
  private static final SimulatedIntel INTEL = SimulatedIntel.create();
  private static final SimulatedPlatform PLATFORM = INTEL.platform(PckProfile.SERVER);

  @TempDir private Path folder;
  private VendorDouble vendors;
  private Instant from;
  private Instant until;

  @BeforeEach
  void start() throws Exception {
    from = Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofDays(1));
    until = from.plus(Duration.ofDays(21));
    vendors = VendorDouble.start();
    vendors.publish(AMD, "Milan", from, until);
    vendors.chip("Milan", CHIP_ID, TCB, CHIP.certificate());
    vendors.chip("Milan", OTHER_ID, TCB, OTHER_CHIP.certificate());
    vendors.publish(INTEL, from, until);
    vendors.publish(
        INTEL,
        "tdx",
        PckProfile.SERVER.fmspc(),
        TcbDocuments.tdx(PckProfile.SERVER).dated(from, until));
  }

  @AfterEach
  void stop() {
    vendors.close();
  }

  private Path home() {
    return folder.resolve("home");
  }

  private String root(String name, Bytes certificate) throws IOException {
    return Files.writeString(folder.resolve(name), Pem.encode("CERTIFICATE", certificate))
        .toString();
  }

  private List<String> roots() throws IOException {
    return List.of(
        "--amd-root", root("amd.pem", AMD.root()), "--intel-root", root("intel.pem", INTEL.root()));
  }

  private List<String> places() {
    return List.of(
        "--collateral-url",
        "kds=" + vendors.url(),
        "--collateral-url",
        "pcs=" + vendors.url(),
        "--collateral-url",
        "root-crl=" + vendors.url() + "/IntelSGXRootCA.der");
  }

  private Launched serve(List<String> options) throws IOException {
    List<String> words = new ArrayList<>(List.of("trust", "serve", "--listen", "127.0.0.1:0"));
    words.addAll(roots());
    words.addAll(options);
    return Launched.start(home(), words.toArray(String[]::new));
  }

  private Launched serve() throws IOException {
    return serve(places());
  }

  private static URI url(Launched server) throws Exception {
    return URI.create(
        Json.parseObject(Bytes.utf8(server.firstLine(START)), JsonLimits.MESSAGE).string("url"));
  }

  private Cli.Outcome cli(String... words) {
    return new Cli(home()).run(words);
  }

  /// What an operator does once: a resource, and what its guests must be.
  private void prepare() throws Exception {
    String secret = Files.writeString(folder.resolve("secret"), "top secret").toString();
    String tcb = "{\"product\":\"Milan\",\"bootloader\":4,\"tee\":0,\"snp\":24,\"microcode\":219}";
    for (String[] words :
        new String[][] {
          {"resource", "put", "default/key/one", secret},
          {"rv", "put", "snp_launch_digest", LAUNCHED.hex()},
          {"rv", "put", "snp_minimum_tcb", tcb},
          {"rv", "put", "init_data", INIT_DATA.digest().hex()},
          {"rv", "put", "tdx_mr_td", "55".repeat(48)}
        }) {
      Cli.Outcome outcome = cli(words);
      assertThat(outcome.status()).as(outcome.err()).isZero();
    }
  }

  private WireGuest guest(URI server, Tee tee, Optional<InitData> initData) throws Exception {
    return new WireGuest(server, home().resolve("trust/ca.pem"), tee, initData);
  }

  private static SimulatedReport report(Bytes chip) {
    return SimulatedReport.milan(TCB, chip)
        .with(MEASUREMENT, LAUNCHED)
        .with(HOST_DATA, INIT_DATA.digest());
  }

  private static WireGuest.Attester chip(SimulatedAmd.SimulatedKey key, SimulatedReport report) {
    return data -> GuestEvidence.of(key.sign(report.with(REPORT_DATA, data))).json();
  }

  private static WireGuest.Attester chip() {
    return chip(CHIP, report(CHIP_ID));
  }

  private static WireGuest.Attester quote(SimulatedBody td) {
    return data ->
        Json.object()
            .put(
                "quote",
                SimulatedQuote.tdx(td.with("REPORTDATA", data.fit(64))).by(PLATFORM).base64())
            .build();
  }

  private String snp(URI server) throws Exception {
    try (WireGuest guest = guest(server, Tee.SNP, Optional.of(INIT_DATA))) {
      return guest.resource("default/key/one", chip());
    }
  }

  private WireGuest.Answer snp(URI server, WireGuest.Attester attester) throws Exception {
    try (WireGuest guest = guest(server, Tee.SNP, Optional.of(INIT_DATA))) {
      return guest.attest(attester);
    }
  }

  private long tdxHardware(URI server) throws Exception {
    try (WireGuest guest = guest(server, Tee.TDX, Optional.empty())) {
      return guest
          .submodule(quote(SimulatedBody.td()))
          .object("ear.trustworthiness-vector")
          .integer("hardware");
    }
  }

  private void assertServed(URI server) throws Exception {
    assertThat(snp(server)).isEqualTo("top secret");
    assertThat(tdxHardware(server)).isEqualTo(2);
  }

  @Test
  void guests_ofKnownPlatforms_areServedWhateverTheVendorsDo_alsoAfterAKill() throws Exception {
    try (Launched server = serve()) {
      URI url = url(server);
      prepare();
      assertServed(url);
      int asked = vendors.requests().size();
      for (Fault fault :
          List.of(
              new Fault.Status(503, ""),
              new Fault.Status(429, "3600"),
              new Fault.Flipped(),
              new Fault.Portal(),
              new Fault.Hang())) {
        vendors.misbehave(fault);
        assertServed(url);
      }
      assertThat(vendors.requests()).hasSize(asked);
      server.signal("KILL");
      server.await(STOP);
    }
    vendors.close();
    try (Launched server = serve()) {
      assertServed(url(server));
    }
  }

  @Test
  void guest_ofANewChip_whileTheVendorThrottles_isRefusedAndTheRecordSaysWhy() throws Exception {
    try (Launched server = serve()) {
      URI url = url(server);
      prepare();
      assertServed(url);
      vendors.misbehave(new Fault.Status(429, "3600"));
      WireGuest.Attester next = chip(OTHER_CHIP, report(OTHER_ID));
      WireGuest.Answer refused = snp(url, next);
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.code()).isEqualTo("CHAIN_INVALID");
      Cli.Outcome why = cli("why", refused.id());
      assertThat(why.out()).contains("COLLATERAL_UNAVAILABLE", "wants to be left alone");
      // The vendor asked to be left alone for an hour, so the next guest costs it nothing.
      long asked = vendors.requests(OTHER_ID.hex());
      assertThat(snp(url, next).code()).isEqualTo("CHAIN_INVALID");
      assertThat(vendors.requests(OTHER_ID.hex())).isEqualTo(asked);
      assertServed(url);
    }
  }

  @Test
  void guests_whileTheVendorsLie_areRefused_andNothingIsKept() throws Exception {
    vendors.misbehave(new Fault.Flipped());
    try (Launched server = serve()) {
      URI url = url(server);
      prepare();
      assertThat(snp(url, chip()).code()).isEqualTo("CHAIN_INVALID");
      try (WireGuest guest = guest(url, Tee.TDX, Optional.empty())) {
        WireGuest.Answer refused = guest.attest(quote(SimulatedBody.td()));
        assertThat(refused.code()).isEqualTo("COLLATERAL_MISSING");
        assertThat(cli("why", refused.id()).out()).contains("COLLATERAL_");
      }
      Cli.Outcome held = cli("collateral", "status", "--json");
      assertThat(held.json().array("documents").toString()).doesNotContain("amd/vcek");
      assertThat(held.json().array("failures")).isNotEmpty();
    }
  }

  @Test
  void guest_ofAVendorThatSwapsChips_isRefused() throws Exception {
    vendors.chip("Milan", CHIP_ID, TCB, OTHER_CHIP.certificate());
    try (Launched server = serve()) {
      WireGuest.Answer refused = snp(url(server), chip());
      assertThat(refused.code()).isEqualTo("CHAIN_INVALID");
      assertThat(cli("why", refused.id()).out()).contains("CHIP_MISMATCH");
    }
  }

  @Test
  void guest_afterTheEndOfARevocationList_isRefused_andServedAgainWhenANewerOneComes()
      throws Exception {
    try (Launched server = serve()) {
      URI url = url(server);
      prepare();
      Instant end = Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(SHORT_LIFE);
      vendors.amdList("Milan", AMD.revocationList(from, end));
      assertThat(snp(url)).isEqualTo("top secret");
      vendors.misbehave(new Fault.Status(503, ""));
      assertThat(snp(url)).isEqualTo("top secret");
      Thread.sleep(Duration.between(Instant.now(), end).plusSeconds(2).toMillis());
      WireGuest.Answer refused = snp(url, chip());
      assertThat(refused.code()).isEqualTo("COLLATERAL_MISSING");
      assertThat(cli("why", refused.id()).out())
          .contains("snp.endorsement.revocation", "COLLATERAL_UNAVAILABLE");
      // The vendors' failure is remembered for some seconds only.
      vendors.behave();
      vendors.amdList("Milan", AMD.revocationList(end.minusSeconds(1), until));
      long patience = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (snp(url, chip()).status() != 200 && System.nanoTime() - patience < 0) {
        Thread.sleep(1000);
      }
      assertThat(snp(url)).isEqualTo("top secret");
      assertThat(tdxHardware(url)).isEqualTo(2);
    }
  }

  /// A bundle of all that the guests here need, with the vendors gone.
  private Path bundle() throws Exception {
    Path report = folder.resolve("report");
    Files.write(report, CHIP.sign(report(CHIP_ID)).toByteArray());
    Path quote = folder.resolve("quote");
    Files.write(quote, SimulatedQuote.tdx(SimulatedBody.td()).by(PLATFORM).toByteArray());
    Cli online = new Cli(folder.resolve("online"));
    List<String> fetch = new ArrayList<>(List.of("collateral", "fetch"));
    fetch.addAll(roots());
    fetch.addAll(places());
    fetch.addAll(List.of(report.toString(), quote.toString()));
    Cli.Outcome fetched = online.run(fetch.toArray(String[]::new));
    assertThat(fetched.status()).as(fetched.err() + fetched.out()).isZero();
    Path bundle = folder.resolve("bundle.json");
    List<String> export = new ArrayList<>(List.of("collateral", "export", bundle.toString()));
    export.addAll(roots());
    Cli.Outcome exported = online.run(export.toArray(String[]::new));
    assertThat(exported.status()).as(exported.err()).isZero();
    vendors.close();
    return bundle;
  }

  @Test
  void guests_ofAServerWithoutNetwork_areServedFromItsBundle() throws Exception {
    Path bundle = bundle();
    int asked = vendors.requests().size();
    List<String> offline = new ArrayList<>(places());
    offline.addAll(List.of("--collateral", "offline"));
    List<String> importing = new ArrayList<>(offline);
    importing.addAll(
        List.of("--collateral-bundle", bundle.toString(), "--collateral-key", bundle + ".pub"));
    try (Launched server = serve(importing)) {
      URI url = url(server);
      prepare();
      assertServed(url);
      WireGuest.Answer unknown = snp(url, chip(OTHER_CHIP, report(OTHER_ID)));
      assertThat(unknown.code()).isEqualTo("CHAIN_INVALID");
      assertThat(cli("why", unknown.id()).out()).contains("offline: nothing is fetched");
    }
    // What was imported is held: the bundle is not needed again.
    try (Launched server = serve(offline)) {
      assertServed(url(server));
    }
    assertThat(vendors.requests()).hasSize(asked);
  }

  @Test
  void server_withAChangedBundle_doesNotStart() throws Exception {
    Path bundle = bundle();
    String text = Files.readString(bundle);
    int at = text.length() / 2;
    char other = text.charAt(at) == 'A' ? 'B' : 'A';
    Files.writeString(bundle, text.substring(0, at) + other + text.substring(at + 1));
    try (Launched server =
        serve(
            List.of(
                "--collateral",
                "offline",
                "--collateral-bundle",
                bundle.toString(),
                "--collateral-key",
                bundle + ".pub"))) {
      assertThat(server.await(START)).isEqualTo(Failure.STATUS);
      assertThat(server.err()).contains("SIGNATURE_INVALID").doesNotContain("\tat ");
      assertThat(server.out()).isEmpty();
    }
  }

  private List<String> withPolicies(String snp, String tdx) throws IOException {
    List<String> words = new ArrayList<>(places());
    Path ofSnp = Files.writeString(folder.resolve("snp.json"), snp);
    Path ofTdx = Files.writeString(folder.resolve("tdx.json"), tdx);
    words.addAll(List.of("--evidence-policy", "snp=" + ofSnp, "--evidence-policy", "tdx=" + ofTdx));
    return words;
  }

  @Test
  void weakGuests_underAPolicyThatAllowsThem_areTakenAndSaidToBeWeak() throws Exception {
    SimulatedReport debugged = report(CHIP_ID).with(POLICY, 0x0b);
    SimulatedBody td = SimulatedBody.td().with("TDATTRIBUTES", "0100001000000000");
    try (Launched server = serve(withPolicies("{\"allowDebug\":true}", "{\"allowDebug\":true}"))) {
      URI url = url(server);
      assertThat(server.err()).contains("WEAKENED evidence policy for snp: allowDebug");
      assertThat(server.err()).contains("WEAKENED evidence policy for tdx: allowDebug");
      try (WireGuest guest = guest(url, Tee.SNP, Optional.of(INIT_DATA))) {
        Json.Obj submodule = guest.submodule(chip(CHIP, debugged));
        assertThat(submodule.string("ear.status")).isEqualTo("contraindicated");
        assertThat(submodule.compact()).contains("\"weakened_by\":[\"allowDebug\"]");
      }
      try (WireGuest guest = guest(url, Tee.TDX, Optional.empty())) {
        assertThat(guest.submodule(quote(td)).compact())
            .contains("\"weakened_by\":[\"allowDebug\"]");
      }
    }
    try (Launched server = serve()) {
      URI url = url(server);
      assertThat(server.err()).doesNotContain("WEAKENED");
      assertThat(snp(url, chip(CHIP, debugged)).code()).isEqualTo("POLICY_DEBUG");
    }
  }

  @Test
  void server_withAPolicyThatIsNone_doesNotStart() throws Exception {
    try (Launched server = serve(withPolicies("{\"allowDebug\":true}", "{\"allowDebugging\":1}"))) {
      assertThat(server.await(START)).isEqualTo(Failure.STATUS);
      assertThat(server.err())
          .contains(
              "--evidence-policy: ", "tdx.json is no policy for tdx evidence", "allowDebugging")
          .doesNotContain("\tat ");
    }
  }
}
