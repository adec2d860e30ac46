package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.Refusals;
import io.vouchsafe.testkit.amd.SimulatedAmd;
import io.vouchsafe.testkit.amd.SimulatedAmd.SimulatedKey;
import io.vouchsafe.testkit.amd.SimulatedEvidence;
import io.vouchsafe.testkit.amd.SimulatedReport;
import io.vouchsafe.testkit.amd.SimulatedTcb;
import io.vouchsafe.testkit.amd.VekExtensions;
import io.vouchsafe.verdict.Code;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Each code of each check of SEV-SNP evidence.
class SnpRefusalsTest {
  private static final Instant AT = Instant.parse("2026-11-25T00:00:00Z");
  private static final SimulatedTcb TCB = new SimulatedTcb(4, 0, 24, 219);
  private static final Bytes CHIP_ID = Bytes.utf8("a chip").fit(64);
  private static final SimulatedAmd AMD = SimulatedAmd.of("Milan");
  private static final SimulatedAmd WEAK = SimulatedAmd.of("Milan", 1024);
  private static final VekExtensions CHIP = VekExtensions.chip("Milan-B0", TCB, CHIP_ID);
  private static final SimulatedKey VCEK = AMD.chip(CHIP);
  private static final SimulatedReport REPORT = SimulatedReport.milan(TCB, CHIP_ID);
  private static final Instant FROM = SimulatedAmd.FROM;
  private static final Instant TO = SimulatedAmd.TO;

  private final Refusals refusals = new Refusals();

  private static SnpTrust trust() throws FormatException {
    return SnpTrust.none().withRoot(AMD.root());
  }

  private static SnpEndorsements with(List<Bytes> leaves, Bytes... lists) {
    return new SnpEndorsements(leaves, AMD.authorities(), List.of(lists));
  }

  private static void verify(Bytes report, SnpEndorsements endorsements, SnpPolicy policy)
      throws Exception {
    new SnpReportVerifier(trust()).verify(report, endorsements, policy, AT);
  }

  private void report(SnpCheck check, Code code, SimulatedReport report) {
    refusals.add(
        check,
        code,
        () -> verify(VCEK.sign(report), with(List.of(VCEK.certificate())), SnpPolicy.STRICT));
  }

  private void policy(SnpCheck check, Code code, String json) {
    refusals.add(
        check,
        code,
        () ->
            verify(
                VCEK.sign(REPORT),
                with(List.of(VCEK.certificate())),
                SnpPolicy.of(Json.parse(json, JsonLimits.MESSAGE).asObject("policy"))));
  }

  private void endorsed(SnpCheck check, Code code, SnpEndorsements endorsements) {
    refusals.add(check, code, () -> verify(VCEK.sign(REPORT), endorsements, SnpPolicy.STRICT));
  }

  private void listed(Code code, Bytes list) {
    endorsed(SnpCheck.REVOCATION, code, with(List.of(VCEK.certificate()), list));
  }

  private void sent(SnpCheck check, Code code, Json evidence, Optional<Bytes> initData) {
    refusals.add(
        check,
        code,
        () ->
            new SnpVerifier(trust(), SnpPolicy.STRICT, SnpEndorsementSource.NONE)
                .verify(evidence, new ExpectedBinding(Bytes.zeros(64), initData), AT));
  }

  private void at(Code code, Instant at) {
    refusals.add(
        SnpCheck.VALIDITY,
        code,
        () ->
            new SnpReportVerifier(trust())
                .verify(
                    VCEK.sign(REPORT), with(List.of(VCEK.certificate())), SnpPolicy.STRICT, at));
  }

  private void forms() {
    Json.Obj evidence = SimulatedEvidence.json(VCEK.sign(REPORT), VCEK, AMD.authorities());
    Json many =
        new Json.Arr(Collections.nCopies(17, Json.object().put("cert_type", "ARK").build()));
    sent(SnpCheck.EVIDENCE_FORMAT, Code.MALFORMED, Json.NULL, Optional.empty());
    sent(
        SnpCheck.EVIDENCE_FORMAT,
        Code.OVERSIZED,
        evidence.with("cert_chain", many),
        Optional.empty());
    sent(SnpCheck.INIT_DATA, Code.INIT_DATA_MISMATCH, evidence, Optional.of(Bytes.utf8("digest")));
    report(SnpCheck.REPORT_FORMAT, Code.MALFORMED, REPORT.with(0x4c, 1));
    report(SnpCheck.REPORT_FORMAT, Code.UNSUPPORTED_VERSION, REPORT.with(0, 6));
    report(SnpCheck.REPORT_FORMAT, Code.UNSUPPORTED_ALGORITHM, REPORT.with(0x34, 2));
    endorsed(SnpCheck.ENDORSEMENT_FORMAT, Code.MALFORMED, with(List.of(Bytes.utf8("none"))));
    endorsed(
        SnpCheck.ENDORSEMENT_FORMAT,
        Code.OVERSIZED,
        with(Collections.nCopies(9, VCEK.certificate())));
  }

  private void chains() {
    report(SnpCheck.SIGNER, Code.SIGNER_MISMATCH, REPORT.with(0x48, 4));
    endorsed(SnpCheck.SIGNER, Code.CHAIN_INVALID, with(List.of()));
    endorsed(
        SnpCheck.CHAIN,
        Code.CHAIN_INVALID,
        new SnpEndorsements(List.of(VCEK.certificate()), WEAK.authorities(), List.of()));
    SimulatedKey weak = WEAK.chip(CHIP);
    refusals.add(
        SnpCheck.CHAIN,
        Code.WEAK_KEY,
        () ->
            new SnpReportVerifier(SnpTrust.none().withRoot(WEAK.root()))
                .verify(
                    weak.sign(REPORT),
                    new SnpEndorsements(List.of(weak.certificate()), WEAK.authorities(), List.of()),
                    SnpPolicy.STRICT,
                    AT));
    endorsed(
        SnpCheck.ENDORSED_KEY,
        Code.CHAIN_INVALID,
        with(List.of(AMD.chip(CHIP.without("3.8")).certificate())));
    listed(Code.REVOKED, AMD.revocationList(FROM, TO, SimulatedAmd.ASK_SERIAL));
    listed(Code.COLLATERAL_INVALID, Bytes.utf8("none"));
    listed(Code.COLLATERAL_SIGNATURE_INVALID, WEAK.revocationList(FROM, TO));
    listed(Code.COLLATERAL_MISMATCH, AMD.as("Genoa").revocationList(FROM, TO));
    listed(Code.COLLATERAL_EXPIRED, AMD.revocationList(FROM, AT.minusSeconds(1)));
    listed(Code.COLLATERAL_NOT_YET_VALID, AMD.revocationList(AT.plusSeconds(1), TO));
    policy(SnpCheck.REVOCATION, Code.COLLATERAL_MISSING, "{\"requireRevocationList\":true}");
    at(Code.CERT_EXPIRED, TO.plusSeconds(1));
    at(Code.CERT_NOT_YET_VALID, FROM.minusSeconds(1));
    endorsed(
        SnpCheck.SIGNATURE, Code.SIGNATURE_INVALID, with(List.of(AMD.chip(CHIP).certificate())));
  }

  private void fields() {
    report(SnpCheck.PRODUCT, Code.PRODUCT_MISMATCH, REPORT.with(0x188, 0x1a));
    report(SnpCheck.REPORTED_TCB, Code.TCB_MISMATCH, REPORT.with(0x180, 5));
    report(SnpCheck.REPORTED_TCB, Code.MALFORMED, REPORT.with(0x183, 1));
    report(SnpCheck.CHIP, Code.CHIP_MISMATCH, REPORT.with(0x1a0, 0));
    report(SnpCheck.TCB_ORDER, Code.TCB_INCONSISTENT, REPORT.with(0x3f, 218));
    report(SnpCheck.PROVISIONAL, Code.POLICY_PROVISIONAL, REPORT.with(0x3f, 220));
    report(SnpCheck.POLICY_BITS, Code.POLICY_UNKNOWN_BITS, REPORT.with(0x0b, 4));
    report(SnpCheck.DEBUG, Code.POLICY_DEBUG, REPORT.with(0x0a, 0x0b));
    report(SnpCheck.MIGRATION, Code.POLICY_MIGRATION, REPORT.with(0x0a, 0x07));
    SnpEndorsements endorsements = with(List.of(VCEK.certificate()));
    refusals.add(
        SnpCheck.MIGRATION_AGENT,
        Code.POLICY_MIGRATION,
        () ->
            new SnpReportVerifier(trust())
                .verifyWithAgent(
                    VCEK.sign(REPORT.movedBy(Bytes.utf8("agent"))),
                    endorsements,
                    SnpPolicy.STRICT,
                    new SnpMigrationAgent(VCEK.sign(REPORT), endorsements, SnpPolicy.STRICT),
                    AT));
    policy(SnpCheck.VMPL, Code.POLICY_VMPL, "{\"requireVmpl\":1}");
    policy(SnpCheck.PLATFORM, Code.POLICY_PLATFORM_INFO, "{\"requireAliasCheck\":true}");
    policy(SnpCheck.MINIMUM_TCB, Code.TCB_BELOW_MINIMUM, "{\"minTcb\":{\"snp\":25}}");
    policy(
        SnpCheck.REPORT_DATA,
        Code.REPORT_DATA_MISMATCH,
        "{\"reportData\":\"" + "01".repeat(64) + "\"}");
    policy(
        SnpCheck.MEASUREMENT,
        Code.MEASUREMENT_MISMATCH,
        "{\"measurement\":\"" + "01".repeat(48) + "\"}");
  }

  @TestFactory
  Stream<DynamicTest> evidence_brokenInOnePlace_isRefusedForThat() {
    forms();
    chains();
    fields();
    return refusals.tests(SnpCheck.values());
  }
}
