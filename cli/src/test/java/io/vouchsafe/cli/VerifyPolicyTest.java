package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.testkit.amd.GuestEvidence;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `verify` with policies in Rego, and with the migration agents of guests.
class VerifyPolicyTest {
  private static final SimulatedAmd AMD = SimulatedAmd.of("Milan");
  private static final SimulatedTcb TCB = new SimulatedTcb(4, 0, 24, 219);
  private static final Bytes CHIP_ID = Bytes.zeros(60).concat(Bytes.utf8("chip"));
  private static final SimulatedKey VCEK = AMD.chip(VekExtensions.chip("Milan-B0", TCB, CHIP_ID));
  private static final SimulatedReport REPORT = SimulatedReport.milan(TCB, CHIP_ID);
  private static final SimulatedReport MOVED = REPORT.movedBy(Bytes.utf8("agent"));
  private static final SimulatedReport AGENT =
      REPORT.withId(Bytes.utf8("agent")).with(0x90, Bytes.utf8("agent's measurement"));
  private static final String AGENTS_MEASUREMENT = Bytes.utf8("agent's measurement").fit(48).hex();

  @TempDir private Path folder;

  private String file(String name, Bytes content) throws IOException {
    return Files.write(folder.resolve(name), content.toByteArray()).toString();
  }

  private String file(String name, String content) throws IOException {
    return file(name, Bytes.utf8(content));
  }

  private Cli.Outcome verify(String... words) throws IOException {
    StringBuilder pem = new StringBuilder(Pem.encode("CERTIFICATE", VCEK.certificate()));
    AMD.authorities().forEach(each -> pem.append(Pem.encode("CERTIFICATE", each)));
    List<String> all =
        new ArrayList<>(
            List.of(
                "verify",
                "--json",
                "--collateral",
                file("chain.pem", pem.toString()),
                "--root",
                file("root.der", AMD.root()),
                "--at",
                "2026-11-25T00:00:00Z"));
    all.addAll(List.of(words));
    return new Cli(folder).run(all.toArray(String[]::new));
  }

  private static Json.Obj result(Cli.Outcome outcome) throws FormatException {
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.json().array("results")).hasSize(1);
    return outcome.json().array("results").getFirst().asObject("result");
  }

  private static Json.Obj refusal(Cli.Outcome outcome, String check, String code)
      throws FormatException {
    Json.Obj refusal = result(outcome).object("refusal");
    assertThat(refusal.string("code")).as(refusal.compact()).isEqualTo(code);
    assertThat(refusal.string("check")).isEqualTo(check);
    assertThat(outcome.status()).isEqualTo(1);
    return refusal;
  }

  private static List<String> unchecked(Cli.Outcome outcome) throws FormatException {
    List<String> members = new ArrayList<>();
    for (Json each : result(outcome).array("unchecked")) {
      members.add(each.asObject("unchecked").string("member"));
    }
    return members;
  }

  private Cli.Outcome rego(String text, String... more) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                file("report.bin", VCEK.sign(REPORT)),
                "--policy",
                file("policy.rego", "package policy\n" + text)));
    words.addAll(List.of(more));
    return verify(words.toArray(String[]::new));
  }

  @Test
  void rego_allowOnTheClaims_leavesOnlyWhatIsNoClaimUnchecked() throws Exception {
    Cli.Outcome outcome = rego("default allow := false\nallow if input.snp.reported_tcb_snp >= 24");
    assertThat(outcome.status()).as(outcome.out()).isEqualTo(3);
    assertThat(unchecked(outcome)).containsExactly("requireRevocationList");
    assertThat(outcome.out()).contains("release.rego.allow");
  }

  @Test
  void rego_withAPolicyInJson_bothMustTakeIt() throws Exception {
    String list = file("crl.der", AMD.revocationList(SimulatedAmd.FROM, SimulatedAmd.TO, 7));
    String demand = file("policy.json", "{\"requireRevocationList\":true}");
    String[] more = {"--policy", demand, "--collateral", list};
    assertThat(rego("allow if input.snp.vmpl == 0", more).status()).isZero();
    refusal(rego("allow if input.snp.vmpl == 1", more), "release.rego.allow", "POLICY_DENIED");
    String debug = file("policy.json", "{\"requireVmpl\":2}");
    refusal(rego("allow := true", "--policy", debug), "snp.policy.vmpl", "POLICY_VMPL");
  }

  @Test
  void rego_affirmingClaims_areTaken() throws Exception {
    assertThat(rego("trust_claims := {\"executables\": 2, \"hardware\": 2}").status()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "default allow := false|release.rego.allow|POLICY_DENIED",
        "allow if input.snp.policy_debug_allowed|release.rego.allow|POLICY_DENIED",
        "allow := \"yes\"|release.rego.allow|POLICY_DENIED",
        "trust_claims := {\"executables\": 33}|appraisal.rego.trust-claims|POLICY_DENIED",
        "trust_claims := {}|appraisal.rego.trust-claims|POLICY_INVALID",
        "trust_claims := {\"executables\": \"good\"}|appraisal.rego.trust-claims|POLICY_INVALID",
        "trust_claims := {\"hardware\": 2} if input.tdx|appraisal.rego.trust-claims|POLICY_DENIED"
      })
  void rego_thatDoesNotTakeIt_refuses(String text, String check, String code) throws Exception {
    refusal(rego(text), check, code);
  }

  @Test
  void rego_bothRules_areBothAsked() throws Exception {
    String claims = "trust_claims := {\"hardware\": 2}\n";
    refusal(rego(claims + "allow if input.snp.vmpl == 3"), "release.rego.allow", "POLICY_DENIED");
    refusal(
        rego("allow := true\ntrust_claims := {\"hardware\": 97}"),
        "appraisal.rego.trust-claims",
        "POLICY_DENIED");
  }

  @Test
  void rego_refusal_namesTheExpressionThatFailed() throws Exception {
    Json.Obj refusal =
        refusal(
            rego("default allow := false\nallow if input.snp.reported_tcb_snp >= 25"),
            "release.rego.allow",
            "POLICY_DENIED");
    assertThat(refusal.string("found")).contains("input.snp.reported_tcb_snp >= 25", "24");
    String report = folder.resolve("report.bin").toString();
    String policy = folder.resolve("policy.rego").toString();
    Cli.Outcome text =
        new Cli(folder)
            .run(
                "verify",
                report,
                "--policy",
                policy,
                "--collateral",
                folder.resolve("chain.pem").toString(),
                "--root",
                folder.resolve("root.der").toString());
    assertThat(text.out()).contains("refused POLICY_DENIED").doesNotContain("\\u000a");
  }

  @Test
  void rego_onWhatIsNotGenuine_isNotAsked() throws Exception {
    Bytes forged = VCEK.sign(REPORT);
    String policy = file("policy.rego", "package policy\nallow := true");
    Bytes broken = forged.slice(0, 0x90).concat(Bytes.utf8("x")).concat(forged.slice(0x91, 1184));
    Cli.Outcome outcome = verify(file("report.bin", broken), "--policy", policy);
    refusal(outcome, "snp.report.signature", "SIGNATURE_INVALID");
    assertThat(outcome.out()).doesNotContain("release.rego.allow");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "package policy\nallow if {",
        "package policy\nother := true",
        "package another\nallow := true",
        "nothing",
        "package policy\nallow if undefined_function(1)"
      })
  void rego_thatIsNoPolicy_ends125(String text) throws Exception {
    Cli.Outcome outcome =
        verify(file("report.bin", VCEK.sign(REPORT)), "--policy", file("policy.rego", text));
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("is no policy");
  }

  @Test
  void policies_twoInJson_end125() throws Exception {
    String json = file("policy.json", "{}");
    Cli.Outcome outcome =
        verify(file("report.bin", VCEK.sign(REPORT)), "--policy", json, "--policy", json);
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("two in JSON");
  }

  // Migration agents.

  private String[] pair(SimulatedReport agent, String policy) throws IOException {
    return new String[] {
      file("agent.bin", VCEK.sign(agent)),
      file("guest.bin", VCEK.sign(MOVED)),
      "--policy",
      file("policy.json", policy)
    };
  }

  @Test
  void agent_asASecondFile_isJudgedWithTheGuest() throws Exception {
    Cli.Outcome outcome = verify(pair(AGENT, "{}"));
    assertThat(outcome.status()).as(outcome.out()).isEqualTo(3);
    assertThat(result(outcome).string("file")).endsWith("guest.bin");
    assertThat(unchecked(outcome)).contains("migrationAgent.measurement");
    assertThat(result(outcome).object("claims").string("migration_agent_measurement"))
        .isEqualTo(AGENTS_MEASUREMENT);
  }

  @Test
  void agent_whoseMeasurementIsNamed_isNotUnchecked() throws Exception {
    String policy = "{\"migrationAgent\":{\"measurement\":\"" + AGENTS_MEASUREMENT + "\"}}";
    assertThat(unchecked(verify(pair(AGENT, policy)))).doesNotContain("migrationAgent.measurement");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x0a, 0x0b", "0x90, 1", "0x0a, 0x07"})
  void agent_thatItsPolicyDoesNotTake_refusesTheGuest(String change) throws Exception {
    String[] at = change.split(", ");
    SimulatedReport agent = AGENT.with(Integer.decode(at[0]), Integer.decode(at[1]));
    String policy = "{\"migrationAgent\":{\"measurement\":\"" + AGENTS_MEASUREMENT + "\"}}";
    refusal(verify(pair(agent, policy)), "snp.policy.migration-agent", "POLICY_MIGRATION");
  }

  @Test
  void agent_thatIsMissingOrAnother_refusesTheGuest() throws Exception {
    String guest = file("guest.bin", VCEK.sign(MOVED));
    refusal(verify(guest), "snp.policy.migration", "POLICY_MIGRATION");
    String other = file("other.bin", VCEK.sign(AGENT.withId(Bytes.utf8("other"))));
    Cli.Outcome outcome = verify(guest, other);
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.json().array("results")).hasSize(2);
    String any = file("policy.json", "{\"migrationAgent\":{\"allowMigration\":true}}");
    Cli.Outcome moved = verify(guest, file("agent.bin", VCEK.sign(AGENT)), "--policy", any);
    assertThat(moved.status()).isEqualTo(125);
  }

  @Test
  void agent_inTheJsonOfTheGuest_isJudgedWithIt() throws Exception {
    Json.Obj guest = GuestEvidence.of(VCEK.sign(MOVED)).with("VCEK", VCEK.certificate()).json();
    Json.Obj agent = GuestEvidence.of(VCEK.sign(AGENT)).with("VCEK", VCEK.certificate()).json();
    String both = file("both.json", guest.with("migration_agent", agent).compact());
    assertThat(result(verify(both)).object("claims").string("migration_agent_measurement"))
        .isEqualTo(AGENTS_MEASUREMENT);
    refusal(
        verify(file("guest.json", guest.compact())), "snp.policy.migration", "POLICY_MIGRATION");
    String broken =
        file("broken.json", guest.with("migration_agent", Json.object().build()).compact());
    assertThat(verify(broken).status()).isEqualTo(2);
  }
}
