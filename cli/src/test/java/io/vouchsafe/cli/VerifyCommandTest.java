package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.testkit.amd.SimulatedAmd;
import io.vouchsafe.testkit.amd.SimulatedAmd.SimulatedKey;
import io.vouchsafe.testkit.amd.SimulatedReport;
import io.vouchsafe.testkit.amd.SimulatedTcb;
import io.vouchsafe.testkit.amd.VekExtensions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Exit status and output of `verify` on evidence of a simulated chip.
class VerifyCommandTest {
  private static final SimulatedAmd AMD = SimulatedAmd.of("Milan");
  private static final SimulatedTcb TCB = new SimulatedTcb(4, 0, 24, 219);
  private static final Bytes CHIP_ID = Bytes.zeros(60).concat(Bytes.utf8("chip"));
  private static final SimulatedKey VCEK = AMD.chip(VekExtensions.chip("Milan-B0", TCB, CHIP_ID));
  private static final Bytes DATA = Bytes.utf8("nonce and key");
  private static final SimulatedReport REPORT =
      SimulatedReport.milan(TCB, CHIP_ID).with(0x50, DATA);
  private static final String ALL =
      """
      {"requireVmpl":0,"minTcb":{"snp":24},"requireRevocationList":true,"requireAliasCheck":true,\
      "measurement":"%s"}\
      """
          .formatted("00".repeat(48));

  @TempDir private Path folder;
  private Path chain;
  private Path root;

  @BeforeEach
  void endorsements() throws IOException {
    StringBuilder pem = new StringBuilder(Pem.encode("CERTIFICATE", VCEK.certificate()));
    AMD.authorities().forEach(each -> pem.append(Pem.encode("CERTIFICATE", each)));
    chain = Files.writeString(folder.resolve("chain.pem"), pem.toString());
    root = file("root.der", AMD.root());
  }

  private Path file(String name, Bytes content) throws IOException {
    return Files.write(folder.resolve(name), content.toByteArray());
  }

  private Cli.Outcome verify(SimulatedReport report, String... words) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "verify",
                file("report.bin", VCEK.sign(report)).toString(),
                "--collateral",
                chain.toString(),
                "--root",
                root.toString(),
                "--at",
                "2026-11-25T00:00:00Z"));
    all.addAll(List.of(words));
    return new Cli(folder).run(all.toArray(String[]::new));
  }

  private Path policy(String json) throws IOException {
    return Files.writeString(folder.resolve("policy.json"), json);
  }

  private static Json.Obj result(Cli.Outcome outcome) throws FormatException {
    return outcome.json().array("results").getFirst().asObject("result");
  }

  @Test
  void verify_everythingChecked_ends0() throws Exception {
    Path list = file("crl.der", AMD.revocationList(SimulatedAmd.FROM, SimulatedAmd.TO, 7));
    Cli.Outcome outcome =
        verify(
            REPORT.with(0x40, 0x20),
            "--policy",
            policy(ALL).toString(),
            "--report-data",
            DATA.hex(),
            "--collateral",
            list.toString());
    assertThat(outcome.out()).contains("verdict   valid\n").doesNotContain("\u001b");
    assertThat(outcome.out()).contains("not a vendor's", "measurement 00");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
  }

  @Test
  void verify_withoutPolicy_ends3AndNamesWhatWasNotChecked() throws Exception {
    Cli.Outcome outcome = verify(REPORT, "--json");
    assertThat(outcome.status()).isEqualTo(3);
    assertThat(outcome.json().integer("version")).isEqualTo(1);
    assertThat(outcome.json().string("verdict")).isEqualTo("incomplete");
    Json.Obj result = result(outcome);
    List<String> members = new ArrayList<>();
    for (Json each : result.array("unchecked")) {
      members.add(each.asObject("unchecked").string("member"));
    }
    assertThat(members)
        .containsExactlyInAnyOrder(
            "requireRevocationList",
            "requireVmpl",
            "requireAliasCheck",
            "minTcb",
            "reportData",
            "measurement");
    assertThat(result.string("anchor")).isEqualTo("operator-named");
    assertThat(result.object("claims").string("product")).isEqualTo("Milan");
  }

  @ParameterizedTest
  @CsvSource({
    "0x0a, 11, POLICY_DEBUG, allowDebug",
    "0x0a, 7, POLICY_MIGRATION, allowMigration",
    "0x3f, 220, POLICY_PROVISIONAL, allowProvisionalFirmware"
  })
  void verify_weakGuest_isRefusedUnlessASwitchAllowsItWhichTheVerdictNames(
      String offset, int value, String code, String member) throws Exception {
    SimulatedReport weak = REPORT.with(Integer.decode(offset), value);
    Cli.Outcome refused = verify(weak, "--json");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(result(refused).object("refusal").string("code")).isEqualTo(code);
    String json = Json.object().put(member, true).build().compact();
    Cli.Outcome allowed = verify(weak, "--json", "--policy", policy(json).toString());
    assertThat(allowed.status()).isEqualTo(3);
    assertThat(result(allowed).array("allowed").getFirst().asObject("allowed").string("by"))
        .isEqualTo(member);
    assertThat(verify(weak, "--policy", policy(json).toString()).out())
        .contains("weakened  by " + member, "allowed   snp.");
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 3"})
  void verify_levelThatThePolicyNames_decides(int vmpl, int status) throws Exception {
    Path policy = policy("{\"requireVmpl\":1}");
    assertThat(verify(REPORT.with(0x30, vmpl), "--policy", policy.toString()).status())
        .isEqualTo(status);
  }

  @Test
  void verify_hostsReport_isRefused() throws Exception {
    SimulatedReport host = REPORT.with(0x30, Bytes.of((byte) -1, (byte) -1, (byte) -1, (byte) -1));
    Cli.Outcome outcome = verify(host);
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).contains("refused POLICY_VMPL");
  }

  @Test
  void verify_withoutItsRoot_isRefused() throws Exception {
    Path report = file("report.bin", VCEK.sign(REPORT));
    Cli.Outcome outcome =
        new Cli(folder).run("verify", report.toString(), "--collateral", chain.toString());
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).contains("refused CHAIN_INVALID", "remedy");
  }

  @Test
  void verify_otherReportData_isRefused() throws Exception {
    Cli.Outcome outcome = verify(REPORT, "--report-data", "00ff");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).contains("REPORT_DATA_MISMATCH");
  }

  @ParameterizedTest
  @ValueSource(strings = {"02000000", "00", "", "zz", "{}", "7b7d"})
  void verify_whatIsNoEvidence_ends2(String text) throws Exception {
    Path file = file("report.bin", Bytes.utf8(text));
    Cli.Outcome outcome = new Cli(folder).run("verify", file.toString(), "--json");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(result(outcome).object("refusal").string("code")).isEqualTo("MALFORMED");
  }

  @Test
  void verify_severalFiles_endsWithTheWorst() throws Exception {
    Path nothing = file("nothing", Bytes.utf8("nothing"));
    Cli.Outcome outcome = verify(REPORT, "--json", nothing.toString());
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.json().array("results")).hasSize(2);
  }

  @Test
  void verify_anotherTeeThanNamed_isRefused() throws Exception {
    Cli.Outcome outcome = verify(REPORT, "--tee", "tdx");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).contains("TEE_MISMATCH");
    assertThat(verify(REPORT, "--tee", "snp").status()).isEqualTo(3);
  }

  @Test
  void verify_hclReportByItself_isJudgedAsFarAsItGoes() throws Exception {
    Path policy = file("policy.json", Bytes.utf8("{\"allowProvisionalFirmware\":true}"));
    Cli.Outcome outcome =
        new Cli(folder)
            .run(
                "verify",
                Vectors.path("trustee/az-snp-vtpm/hcl-report.bin").toString(),
                Vectors.path("trustee/az-snp-vtpm/vcek.pem").toString(),
                "--policy",
                policy.toString(),
                "--at",
                "2025-06-01T00:00:00Z");
    assertThat(outcome.status()).as(outcome.out()).isEqualTo(3);
    assertThat(outcome.out()).contains("azure.runtime-data.binding", "azure.quote.signature");
  }

  @Test
  void verify_hclReportOfTdxByItself_isRefused() throws Exception {
    Cli.Outcome outcome =
        new Cli(folder)
            .run("verify", Vectors.path("trustee/az-tdx-vtpm/hcl-report.bin").toString());
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).contains("UNSUPPORTED_TEE");
  }

  @Test
  void verify_evidenceWithoutVerifier_isRefused() throws Exception {
    Path file = file("cca.json", Bytes.utf8("{\"token\":[1,2]}"));
    Cli.Outcome outcome = new Cli(folder).run("verify", file.toString());
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).contains("UNSUPPORTED_TEE");
  }

  @Test
  void verify_reportInBase64WithTable_isFoundInBoth() throws Exception {
    Bytes table =
        Bytes.fromHex("63da758de6644564adc5f4b93be8accd")
            .concat(
                Bytes.of((byte) 48, (byte) 0, (byte) 0, (byte) 0)
                    .concat(little(VCEK.certificate().size())))
            .concat(Bytes.zeros(24))
            .concat(VCEK.certificate());
    Path both = file("both", Bytes.utf8(VCEK.sign(REPORT).concat(table).base64()));
    StringBuilder pem = new StringBuilder();
    AMD.authorities().forEach(each -> pem.append(Pem.encode("CERTIFICATE", each)));
    Files.writeString(chain, pem.toString());
    Cli.Outcome outcome =
        new Cli(folder)
            .run(
                "verify",
                both.toString(),
                chain.toString(),
                "--root",
                root.toString(),
                "--at",
                "2026-11-25T00:00:00Z");
    assertThat(outcome.out()).contains("certificate table, in base64");
    assertThat(outcome.status()).isEqualTo(3);
  }

  private static Bytes little(int value) {
    return Bytes.of((byte) value, (byte) (value >> 8), (byte) 0, (byte) 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--policy|{\"allowDebugging\":true}|none for snp",
        "--policy|{\"allowDebug\":1}|none for snp",
        "--policy|[]|no policy",
        "--collateral|nothing|no collateral",
        "--root|nothing|no root"
      })
  void verify_optionThatCannotBeMeant_ends125(String option, String content, String message)
      throws Exception {
    Path file = Files.writeString(folder.resolve("option"), content);
    Cli.Outcome outcome = verify(REPORT, option, file.toString());
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).startsWith("vouchsafe: ").contains(message);
    assertThat(outcome.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "zz"})
  void verify_reportDataThatIsNone_ends125(String hex) throws Exception {
    assertThat(verify(REPORT, "--report-data", hex).status()).isEqualTo(125);
    assertThat(verify(REPORT, "--report-data", "00".repeat(65)).status()).isEqualTo(125);
  }

  @Test
  void verify_onlyCertificates_ends125() {
    Cli.Outcome outcome = new Cli(folder).run("verify", chain.toString());
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("no evidence among the files");
  }
}
