package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.evidence.dcap.CollateralSource;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.testkit.amd.SimulatedAmd;
import io.vouchsafe.testkit.amd.SimulatedReport;
import io.vouchsafe.testkit.amd.SimulatedTcb;
import io.vouchsafe.testkit.amd.VekExtensions;
import io.vouchsafe.testkit.intel.PckProfile;
import io.vouchsafe.testkit.intel.SimulatedBody;
import io.vouchsafe.testkit.intel.SimulatedIntel;
import io.vouchsafe.testkit.intel.SimulatedQuote;
import io.vouchsafe.testkit.intel.TcbDocuments;
import io.vouchsafe.testkit.vendors.Fault;
import io.vouchsafe.testkit.vendors.VendorDouble;
import io.vouchsafe.trust.server.EvidenceOptions;
import io.vouchsafe.trust.server.ProcessorRoots;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CollateralCommandIT {
  private static final SimulatedTcb TCB = new SimulatedTcb(3, 0, 20, 209);
  private static final Bytes CHIP_ID = Bytes.zeros(60).concat(Bytes.utf8("chip"));
  private static final SimulatedAmd AMD = SimulatedAmd.of("Milan");
  private static final SimulatedAmd.SimulatedKey CHIP =
      AMD.chip(VekExtensions.chip("Milan-B0", TCB, CHIP_ID));
  private static final SimulatedIntel INTEL = SimulatedIntel.create();
  private static final Bytes FMSPC = PckProfile.SERVER.fmspc();
  private static final String TCB_INFO = "intel/tcb/tdx/" + FMSPC.hex() + "/standard";

  @TempDir Path folder;
  private VendorDouble vendors;
  private Path amdRoot;
  private Path intelRoot;

  @BeforeEach
  void start() throws Exception {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Instant from = now.minus(Duration.ofDays(1));
    Instant until = now.plus(Duration.ofDays(20));
    vendors = VendorDouble.start();
    vendors.publish(AMD, "Milan", from, until);
    vendors.chip("Milan", CHIP_ID, TCB, CHIP.certificate());
    vendors.publish(INTEL, from, until);
    vendors.publish(INTEL, "tdx", FMSPC, TcbDocuments.tdx(PckProfile.SERVER).dated(from, until));
    amdRoot = pem("amd.pem", AMD.root());
    intelRoot = pem("intel.pem", INTEL.root());
  }

  @AfterEach
  void stop() {
    vendors.close();
  }

  private Path pem(String name, Bytes certificate) throws Exception {
    return Files.writeString(folder.resolve(name), Pem.encode("CERTIFICATE", certificate));
  }

  private Cli.Outcome run(String home, String... words) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "collateral",
                words[0],
                "--json",
                "--amd-root",
                amdRoot.toString(),
                "--intel-root",
                intelRoot.toString()));
    all.addAll(List.of(words).subList(1, words.length));
    return new Cli(folder.resolve(home)).run(all.toArray(String[]::new));
  }

  private Cli.Outcome fetch(String... words) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "fetch",
                "--collateral-url",
                "kds=" + vendors.url(),
                "--collateral-url",
                "pccs=" + vendors.url(),
                "--wait",
                "20s"));
    all.addAll(List.of(words));
    return run("home", all.toArray(String[]::new));
  }

  private static List<String> keys(Cli.Outcome outcome) throws Exception {
    List<String> keys = new ArrayList<>();
    for (Json item : outcome.json().array("documents")) {
      Json.Obj document = item.asObject("document");
      keys.add(
          document.string("key")
              + (document.get("refused").isPresent()
                  ? " " + document.object("refused").string("code")
                  : ""));
    }
    return keys;
  }

  @Test
  void fetch_forEvidence_getsWhatItNeeds() throws Exception {
    Path report =
        Files.write(
            folder.resolve("report"), CHIP.sign(SimulatedReport.milan(TCB, CHIP_ID)).toByteArray());
    Bytes quote = SimulatedQuote.tdx(SimulatedBody.td()).by(INTEL.platform(PckProfile.SERVER));
    Path guest =
        Files.writeString(
            folder.resolve("guest.json"),
            Json.object().put("quote", quote.base64()).build().compact());
    Cli.Outcome outcome = fetch(report.toString(), guest.toString());
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(keys(outcome))
        .contains(TCB_INFO, "intel/rootcrl", "amd/crl/Milan", "amd/chain/vcek/Milan")
        .hasSize(7);

    Cli.Outcome status = run("home", "status");
    assertThat(status.status()).isZero();
    assertThat(keys(status)).containsExactlyInAnyOrderElementsOf(keys(outcome));
    assertThat(status.out()).contains("\"anchor\":\"operator-named\"");
  }

  @Test
  void fetch_forNamedPlatforms_getsWhatTheyNeed() throws Exception {
    Cli.Outcome outcome =
        fetch(
            "--fmspc",
            FMSPC.hex(),
            "--tee",
            "tdx",
            "--product",
            "Milan",
            "--chip-id",
            CHIP_ID.hex(),
            "--tcb",
            "bl=3,tee=0,snp=20,ucode=209");
    assertThat(outcome.status()).as(outcome.err() + outcome.out()).isZero();
    assertThat(keys(outcome)).hasSize(8);
  }

  @Test
  void fetch_ofWhatTheVendorDoesNotKnow_saysSoAndFails() throws Exception {
    Cli.Outcome outcome = fetch("--fmspc", "0102030405ff", "--tee", "tdx");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(keys(outcome)).contains("intel/tcb/tdx/0102030405ff/standard COLLATERAL_UNKNOWN");
    Cli.Outcome status = run("home", "status");
    assertThat(status.json().array("failures")).hasSize(1);
  }

  @Test
  void fetch_fromAServiceThatIsAway_doesNotWaitForEver() throws Exception {
    vendors.misbehave(new Fault.Status(503, "3600"));
    Cli.Outcome outcome = fetch("--fmspc", FMSPC.hex(), "--tee", "tdx");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(keys(outcome)).allMatch(key -> key.endsWith("COLLATERAL_UNAVAILABLE"));
  }

  @Test
  void fetch_onAzure_getsTheCertificateOfTheChip() throws Exception {
    vendors.thim(AMD, CHIP.certificate());
    Cli.Outcome outcome = fetch("--azure", "--collateral-url", "thim=" + vendors.url());
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(keys(outcome))
        .containsExactly(
            "amd/chain/vcek/Milan", "amd/vcek/Milan/" + CHIP_ID.hex() + "/03000000000014d1");
  }

  @Test
  void fetch_onAzure_ofACertificateThatIsNotGenuine_isRefused() {
    SimulatedAmd other = SimulatedAmd.of("Milan");
    vendors.thim(other, CHIP.certificate());
    Cli.Outcome outcome = fetch("--azure", "--collateral-url", "thim=" + vendors.url());
    assertThat(outcome.status()).isEqualTo(Failure.STATUS);
    assertThat(outcome.err()).contains("CHAIN_INVALID");
    vendors.misbehave(new Fault.Portal());
    assertThat(fetch("--azure", "--collateral-url", "thim=" + vendors.url()).err())
        .contains("COLLATERAL_INVALID");
  }

  @Test
  void fetch_ofAllKnown_getsAgainWhatIsHeld() throws Exception {
    assertThat(fetch("--fmspc", FMSPC.hex(), "--tee", "tdx").status()).isZero();
    assertThat(keys(fetch("--all-known"))).contains(TCB_INFO, "amd/crl/Milan");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--fmspc 0102",
        "--fmspc 010203040506",
        "--product Milan",
        "--product Naples --chip-id 00 --tcb 00",
        "--product Turin --chip-id 0102030405060708 --tcb bl=1,tee=1,snp=1,ucode=1",
        "--product Turin --chip-id 0102030405060708 --tcb bl=1,tee=1,snp=1,ucode=256,fmc=1",
        "--all-known --collateral-url kds=ftp://somewhere",
        "--all-known --collateral-url ibm=https://somewhere",
        "--all-known --collateral-update yesterday",
        "--all-known --wait soon",
        "--all-known --collateral-ca /nowhere",
        "/nowhere"
      })
  void fetch_askedForNonsense_saysWhatItWants(String words) {
    String[] split = words.isEmpty() ? new String[0] : words.split(" ", -1);
    List<String> all = new ArrayList<>(List.of("fetch"));
    all.addAll(List.of(split));
    Cli.Outcome outcome = run("home", all.toArray(String[]::new));
    assertThat(outcome.status()).isEqualTo(Failure.STATUS);
    assertThat(outcome.err()).startsWith("vouchsafe: ").doesNotContain("Exception");
    assertThat(vendors.requests()).isEmpty();
  }

  @Test
  void bundle_goesFromOneHomeToAnother() throws Exception {
    assertThat(fetch("--fmspc", FMSPC.hex(), "--tee", "tdx").status()).isZero();
    Path bundle = folder.resolve("bundle.json");
    Cli.Outcome exported = run("home", "export", bundle.toString(), "--max-age", "2d");
    assertThat(exported.status()).as(exported.err()).isZero();
    assertThat(exported.json().integer("documents")).isEqualTo(5);

    Cli.Outcome imported = run("other", "import", bundle.toString(), "--key", bundle + ".pub");
    assertThat(imported.status()).as(imported.err()).isZero();
    assertThat(keys(imported)).contains(TCB_INFO).hasSize(5);
    assertThat(keys(run("other", "status"))).contains(TCB_INFO).hasSize(5);
  }

  @Test
  void bundle_ofAnotherHome_isRefusedWithoutItsKey() throws Exception {
    fetch("--fmspc", FMSPC.hex(), "--tee", "tdx");
    Path bundle = folder.resolve("bundle.json");
    run("home", "export", bundle.toString());
    assertThat(run("other", "import", bundle.toString()).err()).contains("--key");
    ImageKeys.openOrCreate(folder.resolve("other/keys"), "collateral");
    Cli.Outcome refused = run("other", "import", bundle.toString());
    assertThat(refused.status()).isEqualTo(Failure.STATUS);
    assertThat(refused.err()).contains("BUNDLE_SIGNER_UNTRUSTED");
  }

  @Test
  void bundle_thatWasChanged_isRefused() throws Exception {
    fetch("--fmspc", FMSPC.hex(), "--tee", "tdx");
    Path bundle = folder.resolve("bundle.json");
    run("home", "export", bundle.toString());
    String text = Files.readString(bundle);
    int at = text.length() / 2;
    char other = text.charAt(at) == 'A' ? 'B' : 'A';
    Files.writeString(bundle, text.substring(0, at) + other + text.substring(at + 1));
    assertThat(run("home", "import", bundle.toString()).err()).contains("SIGNATURE_INVALID");
  }

  @Test
  void bundle_withDocumentsOfForeignRoots_givesNone() throws Exception {
    fetch("--fmspc", FMSPC.hex(), "--tee", "tdx");
    Path bundle = folder.resolve("bundle.json");
    run("home", "export", bundle.toString());
    Cli.Outcome imported =
        new Cli(folder.resolve("strict"))
            .run("collateral", "import", "--json", bundle.toString(), "--key", bundle + ".pub");
    assertThat(imported.status()).isEqualTo(1);
    assertThat(keys(imported)).allMatch(key -> key.contains(" COLLATERAL_"));
    assertThat(keys(run("strict", "status"))).isEmpty();
  }

  @Test
  void server_offlineWithABundle_hasWhatIsInIt() throws Exception {
    fetch("--fmspc", FMSPC.hex(), "--tee", "tdx");
    Path bundle = folder.resolve("bundle.json");
    run("home", "export", bundle.toString());
    Home home = new Home(folder.resolve("served"));
    ProcessorRoots roots = CollateralPlace.roots(List.of(amdRoot), List.of(intelRoot));
    Path key = Path.of(bundle + ".pub");
    CollateralSource.Platform platform = new CollateralSource.Platform(TeeKind.TDX, FMSPC, true);
    vendors.close();
    try (ServedCollateral served =
        ServedCollateral.open(home, CollateralMode.OFFLINE, new CollateralPlace(), roots)) {
      EvidenceOptions evidence = served.into(EvidenceOptions.NONE);
      assertThat(evidence.demandRevocationLists()).isTrue();
      assertThat(evidence.collateral().collateral(platform)).isEmpty();
      served.take(List.of(bundle), List.of(key));
      assertThat(evidence.collateral().collateral(platform)).isPresent();
    }
  }

  @Test
  void server_withABundleOfNobodyItKnows_doesNotStart() throws Exception {
    fetch("--fmspc", FMSPC.hex(), "--tee", "tdx");
    Path bundle = folder.resolve("bundle.json");
    run("home", "export", bundle.toString());
    ImageKeys.openOrCreate(folder.resolve("served/keys"), "collateral");
    Home home = new Home(folder.resolve("served"));
    ProcessorRoots roots = CollateralPlace.roots(List.of(amdRoot), List.of(intelRoot));
    try (ServedCollateral served =
        ServedCollateral.open(home, CollateralMode.OFFLINE, new CollateralPlace(), roots)) {
      assertThatThrownBy(() -> served.take(List.of(bundle), List.of()))
          .isInstanceOfSatisfying(
              RefusedException.class,
              e -> assertThat(e.code()).isEqualTo(Code.BUNDLE_SIGNER_UNTRUSTED));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0d", "367d", "1w", "-1d", "forever"})
  void export_withAnAgeThatIsNone_saysWhatItWants(String age) {
    Cli.Outcome outcome = run("home", "export", folder.resolve("x").toString(), "--max-age", age);
    assertThat(outcome.status()).isEqualTo(Failure.STATUS);
    assertThat(outcome.err()).contains("--max-age");
  }

  @Test
  void export_ofNothing_saysSo() {
    Cli.Outcome outcome = run("home", "export", folder.resolve("x").toString());
    assertThat(outcome.status()).isEqualTo(Failure.STATUS);
    assertThat(outcome.err()).contains("nothing is held");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  @Test
  void status_ofDocumentsThatDoNotCount_saysSo() throws Exception {
    fetch("--fmspc", FMSPC.hex(), "--tee", "tdx");
    Cli.Outcome strict = new Cli(folder.resolve("home")).run("collateral", "status");
    assertThat(strict.status()).isEqualTo(1);
    assertThat(strict.out()).contains("does not count: COLLATERAL_CHAIN_INVALID");
    Cli.Outcome none = new Cli(folder.resolve("empty")).run("collateral", "status");
    assertThat(none.status()).isZero();
    assertThat(none.out()).contains("nothing is held");
  }
}
