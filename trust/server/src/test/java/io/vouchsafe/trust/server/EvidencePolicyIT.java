package io.vouchsafe.trust.server;

import static io.vouchsafe.trust.server.ServerUnderTest.pem;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.evidence.snp.SnpEndorsementSource;
import io.vouchsafe.protocol.Tee;
import io.vouchsafe.testkit.amd.GuestEvidence;
import io.vouchsafe.testkit.amd.SimulatedAmd;
import io.vouchsafe.testkit.amd.SimulatedReport;
import io.vouchsafe.testkit.amd.SimulatedTcb;
import io.vouchsafe.testkit.amd.VekExtensions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Weak guests: refused, or let through by a policy that the operator gave, which every token says.
class EvidencePolicyIT {
  private static final int POLICY = 0x00a;
  private static final int VMPL = 0x030;
  private static final int REPORT_DATA = 0x050;
  private static final int COMMITTED_TCB = 0x1e0;
  private static final SimulatedTcb TCB = new SimulatedTcb(4, 0, 24, 219);
  private static final Bytes CHIP_ID = Bytes.zeros(60).concat(Bytes.utf8("chip"));
  private static final SimulatedAmd AMD = SimulatedAmd.of("Milan");
  private static final SimulatedAmd.SimulatedKey VCEK =
      AMD.chip(VekExtensions.chip("Milan-B0", TCB, CHIP_ID));
  private static final SimulatedReport REPORT = SimulatedReport.milan(TCB, CHIP_ID);
  private static final SimulatedReport DEBUGGED = REPORT.with(POLICY, 0x0b);
  private static final SimulatedReport PROVISIONAL = REPORT.with(COMMITTED_TCB, 3);

  @TempDir Path folder;
  private Optional<ServerUnderTest> server = Optional.empty();

  @AfterEach
  void stop() {
    server.ifPresent(ServerUnderTest::close);
  }

  private ServerUnderTest start(EvidencePolicies policies, UnaryOperator<EvidenceOptions> change)
      throws Exception {
    EvidenceOptions evidence =
        EvidenceOptions.NONE
            .withRoots(List.of(pem(folder.resolve("amd.pem"), AMD.authorities())), List.of())
            .withPolicies(policies);
    ServerUnderTest started =
        ServerUnderTest.start(
            folder.resolve("home"), options -> options.withEvidence(change.apply(evidence)));
    server = Optional.of(started);
    return started;
  }

  private static EvidencePolicies policies(String... switches) throws Exception {
    Json.ObjBuilder policy = Json.object();
    for (String name : switches) {
      policy.put(name, true);
    }
    return EvidencePolicies.STRICT.with("snp", policy.build());
  }

  private static Guest.Attester of(SimulatedReport report) {
    return reportData ->
        GuestEvidence.of(VCEK.sign(report.with(REPORT_DATA, reportData)))
            .with("VCEK", VCEK.certificate())
            .json();
  }

  private static Json.Obj claims(Json.Obj token) throws Exception {
    return token
        .object("submods")
        .object("cpu0")
        .object("ear.veraison.annotated-evidence")
        .object("snp");
  }

  @Test
  void guests_thatAreWeak_areRefusedWithoutAPolicy() throws Exception {
    ServerUnderTest strict = start(EvidencePolicies.STRICT, UnaryOperator.identity());
    assertThat(strict.guest(Tee.SNP).attest(of(DEBUGGED)).code()).isEqualTo("POLICY_DEBUG");
    assertThat(strict.guest(Tee.SNP).attest(of(PROVISIONAL)).code())
        .isEqualTo("POLICY_PROVISIONAL");
  }

  @Test
  void guest_thatIsWeak_bearsWhatLetItThrough() throws Exception {
    ServerUnderTest lenient =
        start(
            policies("allowDebug", "allowProvisionalFirmware", "allowMigration"),
            UnaryOperator.identity());
    Json.Obj token = lenient.guest(Tee.SNP).token(of(DEBUGGED));
    assertThat(claims(token).array(VerifiedEvidence.WEAKENED_BY))
        .isEqualTo(Json.strings(List.of("allowDebug")).asArray("names"));
    assertThat(claims(lenient.guest(Tee.SNP).token(of(PROVISIONAL))).get("weakened_by"))
        .contains(Json.strings(List.of("allowProvisionalFirmware")));
    assertThat(claims(lenient.guest(Tee.SNP).token(of(REPORT))).get("weakened_by")).isEmpty();
  }

  @Test
  void guest_thatIsDebugged_getsNothingUnderTheDefaultReleasePolicy() throws Exception {
    ServerUnderTest lenient = start(policies("allowDebug"), UnaryOperator.identity());
    Client.Answer answer = lenient.guest(Tee.SNP).ask(of(DEBUGGED));
    assertThat(answer.status()).isGreaterThanOrEqualTo(400);
    assertThat(lenient.recorded(answer).compact()).contains("POLICY_DEBUG");
  }

  @Test
  void guest_ofAnotherPrivilegeLevel_isTakenIfThePolicySaysSo() throws Exception {
    EvidencePolicies one =
        EvidencePolicies.STRICT.with("snp", Json.object().put("requireVmpl", 1).build());
    ServerUnderTest lenient = start(one, UnaryOperator.identity());
    assertThat(lenient.guest(Tee.SNP).attest(of(REPORT.with(VMPL, 1))).status()).isEqualTo(200);
    assertThat(lenient.guest(Tee.SNP).attest(of(REPORT)).code()).isEqualTo("POLICY_VMPL");
  }

  @Test
  void guest_withoutAnyRevocationList_isRefusedWithARemedy_unlessThatIsOptional() throws Exception {
    UnaryOperator<EvidenceOptions> demanding =
        options ->
            options.withService(
                SnpEndorsementSource.NONE, _ -> Optional.empty(), UnaryOperator.identity());
    ServerUnderTest strict = start(EvidencePolicies.STRICT, demanding);
    Client.Answer refused = strict.guest(Tee.SNP).attest(of(REPORT));
    assertThat(refused.code()).isEqualTo("COLLATERAL_MISSING");
    Json.Obj record = strict.recorded(refused);
    assertThat(record.compact())
        .contains("snp.endorsement.revocation", "a revocation list of ARK-Milan", "none at hand");
    strict.close();
    server = Optional.empty();
    EvidencePolicies optional =
        EvidencePolicies.STRICT.with(
            "snp", Json.object().put("requireRevocationList", false).build());
    ServerUnderTest lenient = start(optional, demanding);
    assertThat(lenient.guest(Tee.SNP).attest(of(REPORT)).status()).isEqualTo(200);
  }
}
