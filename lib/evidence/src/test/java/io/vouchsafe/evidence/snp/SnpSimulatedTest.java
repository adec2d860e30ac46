package io.vouchsafe.evidence.snp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.testkit.amd.SimulatedAmd;
import io.vouchsafe.testkit.amd.SimulatedAmd.SimulatedKey;
import io.vouchsafe.testkit.amd.SimulatedReport;
import io.vouchsafe.testkit.amd.SimulatedTcb;
import io.vouchsafe.testkit.amd.VekExtensions;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Evidence of a simulated AMD, broken in one place each and refused for that.
class SnpSimulatedTest {
  private static final Instant AT = Instant.parse("2026-11-25T00:00:00Z");
  private static final SimulatedTcb TCB = new SimulatedTcb(4, 0, 24, 219);
  private static final Bytes CHIP_ID = Bytes.zeros(60).concat(Bytes.utf8("chip"));
  private static final SimulatedAmd AMD = SimulatedAmd.of("Milan");
  private static final SimulatedAmd STRANGER = SimulatedAmd.of("Milan", 1024);
  private static final VekExtensions CHIP = VekExtensions.chip("Milan-B0", TCB, CHIP_ID);
  private static final SimulatedKey VCEK = AMD.chip(CHIP);
  private static final SimulatedKey VLEK =
      AMD.provider(VekExtensions.provider("Milan", TCB, "CN=cc.example.com"));
  private static final SimulatedReport REPORT = SimulatedReport.milan(TCB, CHIP_ID);
  private static final SnpReportVerifier VERIFIER = verifier(AMD);

  private static SnpReportVerifier verifier(SimulatedAmd amd) {
    try {
      return new SnpReportVerifier(SnpTrust.none().withRoot(amd.root()));
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  private static SnpEndorsements by(SimulatedKey key, Bytes... lists) {
    return new SnpEndorsements(List.of(key.certificate()), AMD.authorities(), List.of(lists));
  }

  private static VerifiedSnpReport verify(SimulatedReport report, SnpPolicy policy)
      throws RefusedException {
    return VERIFIER.verify(VCEK.sign(report), by(VCEK), policy, AT);
  }

  private static void assertRefused(
      Bytes report, SnpEndorsements endorsements, SnpPolicy policy, SnpCheck check, Code code) {
    assertThatThrownBy(() -> VERIFIER.verify(report, endorsements, policy, AT))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
              assertThat(e.refusal().check()).isEqualTo(check.id());
            });
  }

  private static void assertRefused(SimulatedReport report, SnpCheck check, Code code) {
    assertRefused(VCEK.sign(report), by(VCEK), SnpPolicy.STRICT, check, code);
  }

  private static void assertRefused(SimulatedKey key, SnpCheck check, Code code) {
    assertRefused(key.sign(REPORT), by(key), SnpPolicy.STRICT, check, code);
  }

  private static SnpPolicy policy(String json) throws FormatException {
    return SnpPolicy.of(Json.parse(json, JsonLimits.MESSAGE).asObject("policy"));
  }

  @Test
  void report_ofAChip_isAccepted() throws Exception {
    VerifiedSnpReport verified = verify(REPORT, SnpPolicy.STRICT);
    assertThat(verified.anchor()).isEqualTo(Anchor.OPERATOR_NAMED);
    assertThat(verified.product()).isEqualTo(SnpProduct.MILAN);
    assertThat(verified.provider()).isEmpty();
    assertThat(verified.claims().integer("reported_tcb_microcode")).isEqualTo(219);
  }

  @Test
  void report_withoutExpectedValues_saysThatTheyAreNotChecked() throws Exception {
    assertThat(verify(REPORT, SnpPolicy.STRICT).checks())
        .filteredOn(result -> result.outcome() == CheckResult.Outcome.NOT_CHECKED)
        .extracting(CheckResult::check)
        .containsExactly(
            SnpCheck.REVOCATION.id(),
            SnpCheck.VMPL.id(),
            SnpCheck.PLATFORM.id(),
            SnpCheck.MINIMUM_TCB.id(),
            SnpCheck.REPORT_DATA.id(),
            SnpCheck.INIT_DATA.id(),
            SnpCheck.MEASUREMENT.id());
  }

  @Test
  void report_ofAProvider_isAccepted() throws Exception {
    SimulatedReport report = SimulatedReport.milan(TCB, Bytes.zeros(64)).with(0x48, 4);
    VerifiedSnpReport verified =
        VERIFIER.verify(
            VLEK.sign(report),
            by(VLEK, AMD.revocationList(SimulatedAmd.FROM, SimulatedAmd.TO, 7)),
            SnpPolicy.STRICT,
            AT);
    assertThat(verified.provider()).contains("CN=cc.example.com");
  }

  @Test
  void report_withEachSignedByteFlipped_isRefused() {
    byte[] report = VCEK.sign(REPORT).toByteArray();
    for (int i = 0; i < 0x2a0; i++) {
      report[i] ^= 1;
      Bytes changed = Bytes.of(report);
      assertThatThrownBy(() -> VERIFIER.verify(changed, by(VCEK), SnpPolicy.STRICT, AT))
          .as("byte " + i)
          .isInstanceOf(RefusedException.class);
      report[i] ^= 1;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0x04, 0x10, 0x20, 0x50, 0x8f, 0x90, 0xc0, 0xe0, 0x140, 0x1a0, 0x1e8, 0x1f0})
  void report_withAFieldChanged_isNotSignedByTheKey(int offset) {
    byte[] report = VCEK.sign(REPORT).toByteArray();
    report[offset] ^= 1;
    assertRefused(
        Bytes.of(report), by(VCEK), SnpPolicy.STRICT, SnpCheck.SIGNATURE, Code.SIGNATURE_INVALID);
  }

  @Test
  void report_withTheSignatureOfAnotherKey_isRefused() {
    SimulatedKey other = AMD.chip(CHIP);
    assertRefused(
        other.sign(REPORT), by(VCEK), SnpPolicy.STRICT, SnpCheck.SIGNATURE, Code.SIGNATURE_INVALID);
  }

  @Test
  void signature_ofZeros_isRefused() {
    Bytes report = VCEK.sign(REPORT).slice(0, 0x2a0).fit(SnpReport.SIZE);
    assertRefused(report, by(VCEK), SnpPolicy.STRICT, SnpCheck.SIGNATURE, Code.SIGNATURE_INVALID);
  }

  @ParameterizedTest
  @CsvSource({
    // DEBUG, MIGRATE_MA, an unknown bit
    "0x0a,0x0b,DEBUG,POLICY_DEBUG",
    "0x0a,0x07,MIGRATION,POLICY_MIGRATION",
    "0x0b,0x04,POLICY_BITS,POLICY_UNKNOWN_BITS",
    // CURRENT_TCB microcode above and below the others
    "0x3f,220,PROVISIONAL,POLICY_PROVISIONAL",
    "0x3f,218,TCB_ORDER,TCB_INCONSISTENT",
    "0x1e6,25,TCB_ORDER,TCB_INCONSISTENT",
    // REPORTED_TCB, one component each, and a reserved byte
    "0x180,3,REPORTED_TCB,TCB_MISMATCH",
    "0x181,1,REPORTED_TCB,TCB_MISMATCH",
    "0x186,23,REPORTED_TCB,TCB_MISMATCH",
    "0x187,1,REPORTED_TCB,TCB_MISMATCH",
    "0x183,1,REPORTED_TCB,MALFORMED",
    // processor of another line, and of none
    "0x189,0x11,PRODUCT,PRODUCT_MISMATCH",
    "0x188,0x1a,PRODUCT,PRODUCT_MISMATCH",
    "0x1a0,1,CHIP,CHIP_MISMATCH",
    // a migration agent
    "0x160,1,MIGRATION,POLICY_MIGRATION",
    // signed by a provider, by nobody
    "0x48,0x04,SIGNER,SIGNER_MISMATCH",
    "0x48,0x1c,SIGNER,SIGNER_MISMATCH"
  })
  void report_withAField_isRefusedForIt(String offset, String value, SnpCheck check, Code code) {
    assertRefused(REPORT.with(Integer.decode(offset), Integer.decode(value)), check, code);
  }

  @Test
  void report_askedForByTheHost_isRefused() {
    assertRefused(
        REPORT.with(0x30, Bytes.of((byte) -1, (byte) -1, (byte) -1, (byte) -1)),
        SnpCheck.VMPL,
        Code.POLICY_VMPL);
  }

  @Test
  void report_withAMaskedChip_isAcceptedByTheSwitchOnly() throws Exception {
    SimulatedReport masked = REPORT.with(0x1a0, Bytes.zeros(64));
    assertRefused(masked, SnpCheck.CHIP, Code.CHIP_MISMATCH);
    assertThat(verify(masked, policy("{\"allowMaskedChipId\":true}")).checks())
        .anyMatch(result -> result.expected().contains("allowMaskedChipId"));
  }

  @ParameterizedTest
  @CsvSource({
    "0x0a,0x0b,allowDebug",
    "0x0a,0x07,allowMigration",
    "0x0b,0x04,allowUnknownPolicyBits",
    "0x3f,220,allowProvisionalFirmware"
  })
  void weakness_allowedByASwitch_isNamedInTheChecks(String offset, String value, String allowing)
      throws Exception {
    SimulatedReport weak = REPORT.with(Integer.decode(offset), Integer.decode(value));
    VerifiedSnpReport verified = verify(weak, policy("{\"" + allowing + "\":true}"));
    assertThat(verified.checks()).anyMatch(result -> result.expected().contains(allowing));
    assertThat(verify(REPORT, policy("{\"" + allowing + "\":true}")).checks())
        .noneMatch(result -> result.expected().contains(allowing));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"requireVmpl\":1}|VMPL|POLICY_VMPL",
        "{\"requireAliasCheck\":true}|PLATFORM|POLICY_PLATFORM_INFO",
        "{\"requireRevocationList\":true}|REVOCATION|COLLATERAL_MISSING",
        "{\"minTcb\":{\"snp\":25}}|MINIMUM_TCB|TCB_BELOW_MINIMUM",
        "{\"minTcb\":{\"bl\":5}}|MINIMUM_TCB|TCB_BELOW_MINIMUM",
        "{\"minTcb\":{\"tee\":1}}|MINIMUM_TCB|TCB_BELOW_MINIMUM",
        "{\"minTcb\":{\"ucode\":220}}|MINIMUM_TCB|TCB_BELOW_MINIMUM",
        "{\"minTcb\":{\"fmc\":1}}|MINIMUM_TCB|TCB_BELOW_MINIMUM"
      })
  void demand_thatIsNotMet_isRefused(String json, SnpCheck check, Code code) throws Exception {
    assertRefused(VCEK.sign(REPORT), by(VCEK), policy(json), check, code);
  }

  @Test
  void expectedValues_thatDiffer_areRefused() throws Exception {
    Bytes report = VCEK.sign(REPORT);
    assertRefused(
        report,
        by(VCEK),
        SnpPolicy.STRICT.withReportData(Bytes.zeros(63).concat(Bytes.of((byte) 1))),
        SnpCheck.REPORT_DATA,
        Code.REPORT_DATA_MISMATCH);
    assertRefused(
        report,
        by(VCEK),
        policy("{\"measurement\":\"" + "01".repeat(48) + "\"}"),
        SnpCheck.MEASUREMENT,
        Code.MEASUREMENT_MISMATCH);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "3.1", "3.2", "3.3", "3.8", "4"})
  void certificate_withoutAnExtension_isRefused(String arc) {
    assertRefused(AMD.chip(CHIP.without(arc)), SnpCheck.ENDORSED_KEY, Code.CHAIN_INVALID);
  }

  @ParameterizedTest
  @CsvSource({
    "1,020101", // Turin's version
    "3.1,02020100", // 256
    "3.1,0201ff", // -1
    "3.1,03", // cut
    "3.5,020101", // a spare version that is not zero
    "3.9,020100", // FMC, which this family has not
    "4,00", // hardware id of another length
    "5,160161" // a provider, which a chip has not
  })
  void certificate_withAWrongExtension_isRefused(String arc, String value) throws Exception {
    assertRefused(
        AMD.chip(CHIP.with(arc, Bytes.fromHex(value))), SnpCheck.ENDORSED_KEY, Code.CHAIN_INVALID);
  }

  @Test
  void certificate_ofAnotherProduct_isRefused() {
    assertRefused(
        AMD.chip(VekExtensions.chip("Genoa", TCB, CHIP_ID)),
        SnpCheck.PRODUCT,
        Code.PRODUCT_MISMATCH);
  }

  @Test
  void hardwareId_inAnOctetString_isAccepted() throws Exception {
    SimulatedKey key = AMD.chip(CHIP.with("4", Bytes.of((byte) 4, (byte) 64).concat(CHIP_ID)));
    assertThat(VERIFIER.verify(key.sign(REPORT), by(key), SnpPolicy.STRICT, AT).product())
        .isEqualTo(SnpProduct.MILAN);
  }

  @Test
  void chain_thatIsIncompleteOrOfOthers_isRefused() {
    Bytes report = VCEK.sign(REPORT);
    List<Bytes> leaf = List.of(VCEK.certificate());
    List<Bytes> authorities = AMD.authorities();
    for (SnpEndorsements endorsements :
        List.of(
            new SnpEndorsements(leaf, List.of(), List.of()),
            new SnpEndorsements(leaf, authorities.subList(0, 1), List.of()),
            new SnpEndorsements(leaf, authorities.subList(1, 3), List.of()),
            new SnpEndorsements(leaf, STRANGER.authorities(), List.of()))) {
      assertRefused(report, endorsements, SnpPolicy.STRICT, SnpCheck.CHAIN, Code.CHAIN_INVALID);
    }
    assertRefused(
        report, SnpEndorsements.NONE, SnpPolicy.STRICT, SnpCheck.SIGNER, Code.CHAIN_INVALID);
    assertRefused(
        report,
        new SnpEndorsements(List.of(Bytes.utf8("none")), authorities, List.of()),
        SnpPolicy.STRICT,
        SnpCheck.ENDORSEMENT_FORMAT,
        Code.MALFORMED);
  }

  @Test
  void chain_toARootThatNobodyNamed_isRefused() {
    SnpReportVerifier strict = new SnpReportVerifier(SnpTrust.amd());
    assertThatThrownBy(() -> strict.verify(VCEK.sign(REPORT), by(VCEK), SnpPolicy.STRICT, AT))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.CHAIN_INVALID));
  }

  @Test
  void chain_ofShortKeys_isRefused() {
    SimulatedKey key = STRANGER.chip(CHIP);
    SnpEndorsements endorsements =
        new SnpEndorsements(List.of(key.certificate()), STRANGER.authorities(), List.of());
    assertThatThrownBy(
            () -> verifier(STRANGER).verify(key.sign(REPORT), endorsements, SnpPolicy.STRICT, AT))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.WEAK_KEY));
  }

  @ParameterizedTest
  @CsvSource({"2024-12-31T23:59:59Z,CERT_NOT_YET_VALID", "2032-01-01T00:00:01Z,CERT_EXPIRED"})
  void certificates_outsideOfTheirTime_areRefused(Instant at, Code code) {
    assertThatThrownBy(() -> VERIFIER.verify(VCEK.sign(REPORT), by(VCEK), SnpPolicy.STRICT, at))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void revocation_isByTheIntermediateThatIssued() throws Exception {
    Bytes ofChips = AMD.revocationList(SimulatedAmd.FROM, SimulatedAmd.TO, SimulatedAmd.ASK_SERIAL);
    Bytes ofProviders =
        AMD.revocationList(SimulatedAmd.FROM, SimulatedAmd.TO, SimulatedAmd.ASVK_SERIAL);
    Bytes report = VCEK.sign(REPORT);
    assertRefused(report, by(VCEK, ofChips), SnpPolicy.STRICT, SnpCheck.REVOCATION, Code.REVOKED);
    assertRefused(
        report,
        by(VCEK, ofProviders, ofChips),
        SnpPolicy.STRICT,
        SnpCheck.REVOCATION,
        Code.REVOKED);
    assertThat(VERIFIER.verify(report, by(VCEK, ofProviders), SnpPolicy.STRICT, AT).provider())
        .isEqualTo(Optional.empty());
  }

  @Test
  void revocationList_outsideOfItsTimeOrOfOthers_isRefused() {
    Bytes report = VCEK.sign(REPORT);
    assertRefused(
        report,
        by(VCEK, AMD.revocationList(SimulatedAmd.FROM, AT.minusSeconds(1))),
        SnpPolicy.STRICT,
        SnpCheck.REVOCATION,
        Code.COLLATERAL_EXPIRED);
    assertRefused(
        report,
        by(VCEK, AMD.revocationList(AT.plusSeconds(1), SimulatedAmd.TO)),
        SnpPolicy.STRICT,
        SnpCheck.REVOCATION,
        Code.COLLATERAL_NOT_YET_VALID);
    assertRefused(
        report,
        by(VCEK, STRANGER.revocationList(SimulatedAmd.FROM, SimulatedAmd.TO)),
        SnpPolicy.STRICT,
        SnpCheck.REVOCATION,
        Code.COLLATERAL_SIGNATURE_INVALID);
    assertRefused(
        report,
        by(VCEK, AMD.as("Genoa").revocationList(SimulatedAmd.FROM, SimulatedAmd.TO)),
        SnpPolicy.STRICT,
        SnpCheck.REVOCATION,
        Code.COLLATERAL_MISMATCH);
    assertRefused(
        report,
        by(VCEK, Bytes.utf8("none")),
        SnpPolicy.STRICT,
        SnpCheck.REVOCATION,
        Code.COLLATERAL_INVALID);
  }

  @Test
  void revocationList_thatWasGenuineBefore_isJudgedByTheTimeOfEachUse() throws Exception {
    SnpReportVerifier verifier = verifier(AMD);
    Bytes report = VCEK.sign(REPORT);
    Instant until = AT.plusSeconds(60);
    SnpEndorsements known = by(VCEK, AMD.revocationList(AT.minusSeconds(60), until));
    verifier.verify(report, known, SnpPolicy.STRICT, AT);
    assertThat(verifier.verify(report, known, SnpPolicy.STRICT, until).checks())
        .filteredOn(result -> result.check().equals(SnpCheck.REVOCATION.id()))
        .extracting(CheckResult::outcome)
        .containsExactly(CheckResult.Outcome.PASSED);
    assertThatThrownBy(() -> verifier.verify(report, known, SnpPolicy.STRICT, until.plusSeconds(1)))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.COLLATERAL_EXPIRED));
    assertThatThrownBy(() -> verifier.verify(report, known, SnpPolicy.STRICT, AT.minusSeconds(61)))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.code()).isEqualTo(Code.COLLATERAL_NOT_YET_VALID));
  }

  @Test
  void revocationList_thatWasRefusedBefore_isRefusedAgain() {
    Bytes report = VCEK.sign(REPORT);
    Bytes foreign = STRANGER.revocationList(SimulatedAmd.FROM, SimulatedAmd.TO);
    Bytes revoking =
        AMD.revocationList(SimulatedAmd.FROM, SimulatedAmd.TO, SimulatedAmd.ASK_SERIAL);
    for (int i = 0; i < 2; i++) {
      assertRefused(
          report,
          by(VCEK, foreign),
          SnpPolicy.STRICT,
          SnpCheck.REVOCATION,
          Code.COLLATERAL_SIGNATURE_INVALID);
      assertRefused(
          report, by(VCEK, revoking), SnpPolicy.STRICT, SnpCheck.REVOCATION, Code.REVOKED);
    }
  }

  @Test
  void revocationList_genuineOnceWithAByteChanged_isRefused() throws Exception {
    Bytes report = VCEK.sign(REPORT);
    Bytes genuine = AMD.revocationList(SimulatedAmd.FROM, SimulatedAmd.TO, 7);
    VERIFIER.verify(report, by(VCEK, genuine), SnpPolicy.STRICT, AT);
    byte[] changed = genuine.toByteArray();
    changed[changed.length - 1] ^= 1;
    assertRefused(
        report,
        by(VCEK, Bytes.of(changed)),
        SnpPolicy.STRICT,
        SnpCheck.REVOCATION,
        Code.COLLATERAL_SIGNATURE_INVALID);
  }
}
