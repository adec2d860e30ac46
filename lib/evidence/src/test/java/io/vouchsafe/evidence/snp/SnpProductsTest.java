package io.vouchsafe.evidence.snp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerWriter;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.testkit.amd.SimulatedAmd;
import io.vouchsafe.testkit.amd.SimulatedAmd.SimulatedKey;
import io.vouchsafe.testkit.amd.SimulatedEvidence;
import io.vouchsafe.testkit.amd.SimulatedIdBlock;
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
import org.junit.jupiter.params.provider.ValueSource;

/// Simulated evidence of Turin, of migration agents and of guests with an ID block.
class SnpProductsTest {
  private static final Instant AT = Instant.parse("2026-11-25T00:00:00Z");
  private static final SimulatedTcb TCB = SimulatedTcb.turin(1, 2, 3, 4, 72);
  private static final Bytes CHIP_ID = Bytes.utf8("turinchp");
  private static final SimulatedAmd AMD = SimulatedAmd.of("Turin");
  private static final VekExtensions CHIP = VekExtensions.chip("Turin", TCB, CHIP_ID);
  private static final SimulatedKey VCEK = AMD.chip(CHIP);
  private static final SimulatedReport REPORT = SimulatedReport.turin(TCB, CHIP_ID);
  private static final SnpTrust TRUST = trust();
  private static final SnpReportVerifier VERIFIER = new SnpReportVerifier(TRUST);

  private static SnpTrust trust() {
    try {
      return SnpTrust.none().withRoot(AMD.root());
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  private static SnpEndorsements by(SimulatedKey key) {
    return new SnpEndorsements(List.of(key.certificate()), AMD.authorities(), List.of());
  }

  private static VerifiedSnpReport verify(SimulatedKey key, SimulatedReport report)
      throws RefusedException {
    return VERIFIER.verify(key.sign(report), by(key), SnpPolicy.STRICT, AT);
  }

  private static void assertRefused(
      SimulatedKey key, SimulatedReport report, SnpCheck check, Code code) {
    assertThatThrownBy(() -> verify(key, report))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertIs(e, check, code));
  }

  private static void assertIs(RefusedException e, SnpCheck check, Code code) {
    assertThat(e.refusal().check() + " " + e.code())
        .as(e.getMessage())
        .isEqualTo(check.id() + " " + code);
  }

  @Test
  void turin_isAcceptedWithItsComponents() throws Exception {
    VerifiedSnpReport verified = verify(VCEK, REPORT);
    assertThat(verified.product()).isEqualTo(SnpProduct.TURIN);
    assertThat(verified.reportedTcb()).isEqualTo(new SnpTcb(Optional.of(1), 2, 3, 4, 72));
    assertThat(verified.claims().integer("reported_tcb_fmc")).isEqualTo(1);
    assertThat(verified.claims().string("platform_unknown")).isEqualTo("0x40");
  }

  @Test
  void turin_ofAProvider_isAccepted() throws Exception {
    SimulatedKey vlek = AMD.provider(VekExtensions.provider("Turin", TCB, "CN=cc.example.com"));
    SimulatedReport report = SimulatedReport.turin(TCB, Bytes.zeros(8)).with(0x48, 4);
    assertThat(verify(vlek, report).provider()).contains("CN=cc.example.com");
  }

  @ParameterizedTest
  @CsvSource({
    "0x180,2,REPORTED_TCB,TCB_MISMATCH",
    "0x181,1,REPORTED_TCB,TCB_MISMATCH",
    "0x182,2,REPORTED_TCB,TCB_MISMATCH",
    "0x183,5,REPORTED_TCB,TCB_MISMATCH",
    "0x187,71,REPORTED_TCB,TCB_MISMATCH",
    // Where family 19h has its SNP version.
    "0x186,1,REPORTED_TCB,MALFORMED",
    "0x38,0,TCB_ORDER,TCB_INCONSISTENT",
    "0x1e0,2,TCB_ORDER,TCB_INCONSISTENT",
    "0x1e0,0,PROVISIONAL,POLICY_PROVISIONAL",
    "0x188,0x19,PRODUCT,PRODUCT_MISMATCH",
    // Venice, for which no root is known.
    "0x189,0x50,PRODUCT,PRODUCT_MISMATCH",
    "0x1a0,1,CHIP,CHIP_MISMATCH",
    // Behind the eight bytes of the chip.
    "0x1a8,1,CHIP,CHIP_MISMATCH"
  })
  void turin_withAField_isRefusedForIt(String offset, String value, SnpCheck check, Code code) {
    SimulatedReport changed = REPORT.with(Integer.decode(offset), Integer.decode(value));
    assertRefused(VCEK, changed, check, code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "3.1", "3.2", "3.3", "3.8", "3.9", "4"})
  void turinsCertificate_withoutAnExtension_isRefused(String arc) {
    assertRefused(AMD.chip(CHIP.without(arc)), REPORT, SnpCheck.ENDORSED_KEY, Code.CHAIN_INVALID);
  }

  @Test
  void turinsCertificate_withAnExtensionOfMilan_isRefused() {
    for (VekExtensions wrong :
        List.of(
            CHIP.with("1", DerWriter.integer(0)),
            CHIP.with("3.6", DerWriter.integer(1)),
            CHIP.with("4", CHIP_ID.fit(64)))) {
      assertRefused(AMD.chip(wrong), REPORT, SnpCheck.ENDORSED_KEY, Code.CHAIN_INVALID);
    }
  }

  @Test
  void turinsEvidence_asGuestsSendIt_isAccepted() throws Exception {
    SimulatedReport report = REPORT.with(0x50, Bytes.utf8("digest"));
    Json evidence = SimulatedEvidence.json(VCEK.sign(report), VCEK, AMD.authorities());
    SnpVerifier verifier = new SnpVerifier(TRUST, SnpPolicy.STRICT, SnpEndorsementSource.NONE);
    Json sent = Json.parse(Bytes.utf8(evidence.compact()), JsonLimits.MESSAGE);
    ExpectedBinding binding = new ExpectedBinding(Bytes.utf8("digest"), Optional.empty());
    assertThat(verifier.verify(sent, binding, AT).claims().string("product")).isEqualTo("Turin");
  }

  @Test
  void idBlock_showsInTheClaims() throws Exception {
    SimulatedIdBlock block =
        SimulatedIdBlock.of(
            Bytes.utf8("digest"), Bytes.utf8("family"), Bytes.utf8("image"), 7, 0x30000);
    Json.Obj claims = verify(VCEK, block.into(REPORT)).claims();
    assertThat(claims.string("id_key_digest")).isEqualTo(block.idKeyDigest().hex());
    assertThat(claims.string("author_key_digest")).isEqualTo(block.authorKeyDigest().hex());
    assertThat(claims.string("family_id")).isEqualTo(Bytes.utf8("family").fit(16).hex());
    assertThat(claims.integer("guest_svn")).isEqualTo(7);
    assertThat(block.authentication().size()).isEqualTo(4096);
  }

  private static final SimulatedReport AGENT = REPORT.withId(Bytes.utf8("agent"));
  private static final SimulatedReport MOVED = REPORT.movedBy(Bytes.utf8("agent"));

  private static VerifiedSnpReport verifyPair(SimulatedReport guest, SimulatedReport agent)
      throws RefusedException {
    return VERIFIER.verifyWithAgent(
        VCEK.sign(guest),
        by(VCEK),
        SnpPolicy.STRICT,
        new SnpMigrationAgent(VCEK.sign(agent), by(VCEK), SnpPolicy.STRICT),
        AT);
  }

  private static void assertPairRefused(
      SimulatedReport guest, SimulatedReport agent, SnpCheck check, Code code) {
    assertThatThrownBy(() -> verifyPair(guest, agent))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertIs(e, check, code));
  }

  @Test
  void guest_withItsMigrationAgent_isAccepted() throws Exception {
    SimulatedReport measured = AGENT.with(0x90, Bytes.utf8("agent's measurement"));
    VerifiedSnpReport verified = verifyPair(MOVED, measured);
    Bytes measurement = verified.migrationAgent().orElseThrow().report().measurement();
    assertThat(verified.claims().string("migration_agent_measurement"))
        .isEqualTo(measurement.hex());
  }

  @Test
  void guest_withoutItsAgentsReport_isRefused() throws Exception {
    assertRefused(VCEK, MOVED, SnpCheck.MIGRATION, Code.POLICY_MIGRATION);
    SnpPolicy allowing = SnpPolicy.of(Json.object().put("allowMigration", true).build());
    assertThatThrownBy(() -> VERIFIER.verify(VCEK.sign(MOVED), by(VCEK), allowing, AT))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertIs(e, SnpCheck.MIGRATION, Code.POLICY_MIGRATION));
  }

  @Test
  void guest_withAnotherAgent_isRefused() {
    Code code = Code.POLICY_MIGRATION;
    assertPairRefused(MOVED, REPORT.withId(Bytes.utf8("another")), SnpCheck.MIGRATION_AGENT, code);
    assertPairRefused(REPORT, AGENT, SnpCheck.MIGRATION_AGENT, code);
  }

  @Test
  void agent_thatItselfIsRefused_isNoAgent() {
    for (SimulatedReport agent :
        List.of(
            AGENT.with(0x0a, 0x0b), // debug
            AGENT.movedBy(Bytes.utf8("another")),
            AGENT.with(0x0a, 0x07), // may be migrated
            AGENT.with(0x30, 4))) {
      assertPairRefused(MOVED, agent, SnpCheck.MIGRATION_AGENT, Code.POLICY_MIGRATION);
    }
    assertPairRefused(MOVED.with(0x0a, 0x0f), AGENT, SnpCheck.DEBUG, Code.POLICY_DEBUG);
  }

  @Test
  void agent_onAnotherChip_isRefused() {
    SimulatedKey other = AMD.chip(VekExtensions.chip("Turin", TCB, Bytes.utf8("otherchp")));
    Bytes agent =
        other.sign(SimulatedReport.turin(TCB, Bytes.utf8("otherchp")).withId(Bytes.utf8("agent")));
    assertThatThrownBy(() ->
            VERIFIER.verifyWithAgent(
                VCEK.sign(MOVED),
                by(VCEK),
                SnpPolicy.STRICT,
                new SnpMigrationAgent(agent, by(other), SnpPolicy.STRICT),
                AT))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertIs(e, SnpCheck.MIGRATION_AGENT, Code.POLICY_MIGRATION));
  }

  @Test
  void agentsPolicy_thatAllowsMigration_isNone() throws Exception {
    SnpPolicy allowing = SnpPolicy.of(Json.object().put("allowMigration", true).build());
    assertThatThrownBy(() -> new SnpMigrationAgent(VCEK.sign(AGENT), by(VCEK), allowing))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
