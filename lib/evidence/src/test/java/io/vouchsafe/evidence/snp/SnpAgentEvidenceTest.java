package io.vouchsafe.evidence.snp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.testkit.amd.GuestEvidence;
import io.vouchsafe.testkit.amd.SimulatedAmd;
import io.vouchsafe.testkit.amd.SimulatedAmd.SimulatedKey;
import io.vouchsafe.testkit.amd.SimulatedReport;
import io.vouchsafe.testkit.amd.SimulatedTcb;
import io.vouchsafe.testkit.amd.VekExtensions;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The evidence of a migration agent inside of that of its guest.
class SnpAgentEvidenceTest {
  private static final Instant AT = Instant.parse("2026-11-25T00:00:00Z");
  private static final SimulatedTcb TCB = new SimulatedTcb(4, 0, 24, 219);
  private static final Bytes CHIP_ID = Bytes.zeros(60).concat(Bytes.utf8("chip"));
  private static final SimulatedAmd AMD = SimulatedAmd.of("Milan");
  private static final SimulatedKey VCEK = AMD.chip(VekExtensions.chip("Milan-B0", TCB, CHIP_ID));
  private static final Bytes DATA = Bytes.utf8("digest of the request").fit(64);
  private static final SimulatedReport REPORT =
      SimulatedReport.milan(TCB, CHIP_ID).with(0x50, DATA);
  private static final SimulatedReport GUEST = REPORT.movedBy(Bytes.utf8("agent"));
  private static final Bytes MEASUREMENT = Bytes.utf8("measurement of the agent").fit(48);
  private static final SimulatedReport AGENT =
      REPORT.withId(Bytes.utf8("agent")).with(0x90, MEASUREMENT);

  private static SnpVerifier plain() {
    try {
      return new SnpVerifier(
          SnpTrust.none().withRoot(AMD.root()),
          SnpPolicy.STRICT,
          _ -> new SnpEndorsements(List.of(), AMD.authorities(), List.of()));
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  private static SnpPolicy policy(String json) throws FormatException {
    return SnpPolicy.of(Json.parseObject(Bytes.utf8(json), JsonLimits.MESSAGE));
  }

  private static SnpVerifier naming(Bytes measurement) throws FormatException {
    return plain().withMigrationAgents(policy("{\"measurement\":\"" + measurement.hex() + "\"}"));
  }

  private static Json.Obj json(SimulatedReport report) {
    return GuestEvidence.of(VCEK.sign(report)).with("VCEK", VCEK.certificate()).json();
  }

  private static Json.Obj pair(SimulatedReport agent) {
    return json(GUEST).with("migration_agent", json(agent));
  }

  private static VerifiedEvidence verify(SnpVerifier verifier, Json evidence)
      throws RefusedException {
    return verifier.verify(evidence, new ExpectedBinding(DATA, Optional.empty()), AT);
  }

  private static void assertRefused(
      SnpVerifier verifier, Json evidence, SnpCheck check, Code code) {
    assertThatThrownBy(() -> verify(verifier, evidence))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
              assertThat(e.refusal().check()).isEqualTo(check.id());
            });
  }

  @Test
  void pair_whoseAgentIsNamed_isTakenAndTheAgentAClaim() throws Exception {
    VerifiedEvidence verified = verify(naming(MEASUREMENT), pair(AGENT));
    assertThat(verified.claims().string("migration_agent_measurement"))
        .isEqualTo(MEASUREMENT.hex());
    assertThat(verified.claims().bool("policy_migrate_ma")).isTrue();
  }

  @Test
  void pair_whereNoAgentIsTaken_isRefused() {
    assertRefused(plain(), pair(AGENT), SnpCheck.MIGRATION, Code.POLICY_MIGRATION);
  }

  @Test
  void guest_withoutItsAgent_isRefused() throws Exception {
    SnpVerifier verifier = naming(MEASUREMENT);
    assertRefused(verifier, json(GUEST), SnpCheck.MIGRATION, Code.POLICY_MIGRATION);
  }

  @Test
  void pair_whoseAgentIsAnother_isRefused() throws Exception {
    SnpVerifier verifier = naming(MEASUREMENT);
    assertRefused(
        naming(Bytes.zeros(48)), pair(AGENT), SnpCheck.MIGRATION_AGENT, Code.POLICY_MIGRATION);
    assertRefused(
        verifier,
        pair(AGENT.withId(Bytes.utf8("other"))),
        SnpCheck.MIGRATION_AGENT,
        Code.POLICY_MIGRATION);
    assertRefused(
        verifier,
        pair(AGENT.movedBy(Bytes.utf8("third"))),
        SnpCheck.MIGRATION_AGENT,
        Code.POLICY_MIGRATION);
  }

  @ParameterizedTest
  @CsvSource({"{}", "[]", "1"})
  void agent_thatIsNoEvidence_isMalformed(String text) throws Exception {
    Json agent = Json.parse(Bytes.utf8(text), JsonLimits.MESSAGE);
    assertRefused(
        naming(MEASUREMENT),
        json(GUEST).with("migration_agent", agent),
        SnpCheck.EVIDENCE_FORMAT,
        Code.MALFORMED);
  }

  @Test
  void agent_besideAGuestThatNobodyMoves_countsForNothing() throws Exception {
    Json.Obj evidence = json(REPORT).with("migration_agent", json(AGENT));
    assertThat(verify(naming(MEASUREMENT), evidence).claims().get("migration_agent_measurement"))
        .isEmpty();
  }

  @Test
  void agentsOfNoMeasurement_cannotBeTaken() throws Exception {
    SnpPolicy moved =
        policy("{\"allowMigration\":true,\"measurement\":\"" + MEASUREMENT.hex() + "\"}");
    for (SnpPolicy policy : List.of(SnpPolicy.STRICT, moved)) {
      assertThatThrownBy(() -> plain().withMigrationAgents(policy))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
