package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Verifies attestation reports in their binary form. The checks are those of [SnpCheck].
/// Thread-safe; worth keeping, because endorsements that were seen before cost less.
public final class SnpReportVerifier {
  private final SnpTrust trust;
  private final ChainCache chains = new ChainCache();

  /// @param trust which roots and products count
  public SnpReportVerifier(SnpTrust trust) {
    this.trust = Objects.requireNonNull(trust, "trust");
  }

  /// Verifies a report.
  ///
  /// @param report the 1184 bytes that the firmware made
  /// @param endorsements what came along or is known, untrusted
  /// @param policy what is accepted; an expected value that is absent is *not checked*
  /// @param at the time that certificates and revocation lists are judged by
  /// @throws RefusedException with every check up to the one that failed
  public VerifiedSnpReport verify(
      Bytes report, SnpEndorsements endorsements, SnpPolicy policy, Instant at)
      throws RefusedException {
    Checklist checks = new Checklist();
    SnpReport parsed = parse(report, checks);
    return verify(parsed, endorsements, policy, Beside.NOTHING, at, checks);
  }

  /// Verifies a report of a guest that a migration agent can move, and that of the agent, which
  /// must be the guest's and on its chip. The agent decides where the guest goes, so it is trusted
  /// as much: its policy should name its measurement.
  ///
  /// @param policy what is accepted of the guest; that it can be migrated is
  /// @throws RefusedException with every check of the guest up to the one that failed
  public VerifiedSnpReport verifyWithAgent(
      Bytes report,
      SnpEndorsements endorsements,
      SnpPolicy policy,
      SnpMigrationAgent agent,
      Instant at)
      throws RefusedException {
    Checklist checks = new Checklist();
    SnpReport parsed = parse(report, checks);
    return verify(
        parsed, endorsements, policy, new Beside(Optional.empty(), Optional.of(agent)), at, checks);
  }

  /// What else is known of a report.
  ///
  /// @param hostData what HOST_DATA must be
  /// @param agent the migration agent whose report came too
  record Beside(Optional<Bytes> hostData, Optional<SnpMigrationAgent> agent) {
    static final Beside NOTHING = new Beside(Optional.empty(), Optional.empty());
  }

  private VerifiedSnpReport verified(SnpMigrationAgent agent, Instant at, Checklist checks)
      throws RefusedException {
    try {
      return verify(agent.report(), agent.endorsements(), agent.policy(), at);
    } catch (RefusedException e) {
      throw checks.refuse(
          SnpCheck.MIGRATION_AGENT,
          Code.POLICY_MIGRATION,
          "a migration agent that its policy takes",
          e.refusal().summary());
    }
  }

  static SnpReport parse(Bytes raw, Checklist checks) throws RefusedException {
    try {
      SnpReport report = SnpReport.parse(raw);
      checks.pass(
          SnpCheck.REPORT_FORMAT, "a report of version 2 to 5", "version " + report.version());
      return report;
    } catch (FormatException e) {
      throw checks.refuse(SnpCheck.REPORT_FORMAT, e.code(), e.expected(), e.found());
    }
  }

  /// Verifies a report that another piece of evidence holds: what it binds is left to the caller,
  /// who has to compare it.
  ///
  /// @param report the 1184 bytes that the firmware made
  /// @param source answers what came along or is known for the report, untrusted
  /// @param policy what is accepted; its report data is not looked at
  /// @param at the time that certificates and revocation lists are judged by
  /// @param checks takes every check
  /// @throws RefusedException with every check up to the one that failed
  public VerifiedSnpReport verify(
      Bytes report, SnpEndorsementSource source, SnpPolicy policy, Instant at, Checklist checks)
      throws RefusedException {
    SnpReport parsed = parse(report, checks);
    EndorsementChain chain = genuine(parsed, source.of(parsed), policy, at, checks);
    Tcbs tcbs = acceptable(parsed, chain, policy, Optional.empty(), checks);
    measurement(parsed, policy, checks);
    return new VerifiedSnpReport(
        parsed, tcbs.reported(), chain, Optional.empty(), checks.results());
  }

  /// As above, for a report that was parsed.
  VerifiedSnpReport verify(
      SnpReport report,
      SnpEndorsements endorsements,
      SnpPolicy policy,
      Beside beside,
      Instant at,
      Checklist checks)
      throws RefusedException {
    EndorsementChain chain = genuine(report, endorsements, policy, at, checks);
    Optional<VerifiedSnpReport> agent =
        beside.agent().isPresent()
            ? Optional.of(verified(beside.agent().get(), at, checks))
            : Optional.empty();
    Tcbs tcbs = acceptable(report, chain, policy, agent, checks);
    reportData(report, policy, checks);
    expected(
        SnpCheck.INIT_DATA, Code.INIT_DATA_MISMATCH, beside.hostData(), report.hostData(), checks);
    measurement(report, policy, checks);
    return new VerifiedSnpReport(report, tcbs.reported(), chain, agent, checks.results());
  }

  private static void reportData(SnpReport report, SnpPolicy policy, Checklist checks)
      throws RefusedException {
    expected(
        SnpCheck.REPORT_DATA,
        Code.REPORT_DATA_MISMATCH,
        policy.reportData(),
        report.reportData(),
        checks);
  }

  private EndorsementChain genuine(
      SnpReport report,
      SnpEndorsements endorsements,
      SnpPolicy policy,
      Instant at,
      Checklist checks)
      throws RefusedException {
    EndorsementChain chain = chain(report.keyInfo().signer(), endorsements, checks);
    chain.judge(endorsements.revocationLists(), policy.requireRevocationList(), chains, at, checks);
    product(report, chain, checks);
    boolean signed = chain.vek().key().signed(report.signed(), report.r(), report.s());
    checks.require(
        SnpCheck.SIGNATURE,
        signed,
        Code.SIGNATURE_INVALID,
        "a signature by the certified key",
        signed ? "one that verifies" : "one that does not verify");
    return chain;
  }

  private static Tcbs acceptable(
      SnpReport report,
      EndorsementChain chain,
      SnpPolicy policy,
      Optional<VerifiedSnpReport> agent,
      Checklist checks)
      throws RefusedException {
    Tcbs tcbs = tcbs(report, chain, checks);
    chip(report, chain, policy, checks);
    PolicyChecks.run(report, tcbs, policy, agent, checks);
    return tcbs;
  }

  private static void measurement(SnpReport report, SnpPolicy policy, Checklist checks)
      throws RefusedException {
    expected(
        SnpCheck.MEASUREMENT,
        Code.MEASUREMENT_MISMATCH,
        policy.measurement(),
        report.measurement(),
        checks);
  }

  private EndorsementChain chain(
      SnpReport.Signer kind, SnpEndorsements endorsements, Checklist checks)
      throws RefusedException {
    ChainCache.Key key =
        new ChainCache.Key(kind, endorsements.leaves(), endorsements.authorities());
    Optional<ChainCache.Known> known = chains.get(key);
    if (known.isPresent()) {
      checks.addAll(known.get().checks());
      return known.get().chain();
    }
    int before = checks.results().size();
    EndorsementChain chain = EndorsementChain.establish(kind, endorsements, trust, chains, checks);
    List<CheckResult> passed = checks.results().subList(before, checks.results().size());
    chains.put(key, new ChainCache.Known(chain, List.copyOf(passed)));
    return chain;
  }

  private static void product(SnpReport report, EndorsementChain chain, Checklist checks)
      throws RefusedException {
    SnpProduct product = chain.product();
    boolean cpuFits = !report.namesCpu() || product.contains(report.family(), report.model());
    String cpu =
        report.namesCpu()
            ? "processor %02x/%02x".formatted(report.family(), report.model())
            : "processor not named";
    checks.require(
        SnpCheck.PRODUCT,
        cpuFits && chain.vek().line().equals(product.line()),
        Code.PRODUCT_MISMATCH,
        product.line(),
        cpu + ", certificate for " + chain.vek().productName());
  }

  /// TCB versions in the layout of the product.
  record Tcbs(SnpTcb reported, SnpTcb current, SnpTcb committed, SnpTcb launch) {}

  private static Tcbs tcbs(SnpReport report, EndorsementChain chain, Checklist checks)
      throws RefusedException {
    SnpTcb.Layout layout = chain.product().layout();
    Tcbs tcbs;
    try {
      tcbs =
          new Tcbs(
              SnpTcb.of(report.reportedTcb(), layout),
              SnpTcb.of(report.currentTcb(), layout),
              SnpTcb.of(report.committedTcb(), layout),
              SnpTcb.of(report.launchTcb(), layout));
    } catch (FormatException e) {
      throw checks.refuse(SnpCheck.REPORTED_TCB, Code.MALFORMED, e.expected(), e.found());
    }
    // Also a certificate for a newer TCB is one for another key.
    checks.require(
        SnpCheck.REPORTED_TCB,
        tcbs.reported().equals(chain.vek().tcb()),
        Code.TCB_MISMATCH,
        chain.vek().tcb().toString(),
        tcbs.reported().toString());
    return tcbs;
  }

  private static void chip(
      SnpReport report, EndorsementChain chain, SnpPolicy policy, Checklist checks)
      throws RefusedException {
    Optional<Bytes> hardwareId = chain.vek().hardwareId();
    if (hardwareId.isEmpty()) {
      // A provider's key is shared by chips: what identifies it is the provider.
      checks.notChecked(SnpCheck.CHIP, "key of " + chain.vek().provider().orElse(""));
      return;
    }
    if (report.chipIdMasked() && policy.allowMaskedChipId()) {
      checks.allow(
          SnpCheck.CHIP,
          "chip id or none, as allowMaskedChipId says",
          "a masked chip id",
          "allowMaskedChipId");
      return;
    }
    Bytes expected = hardwareId.get().fit(SnpReport.CHIP_ID_SIZE);
    checks.require(
        SnpCheck.CHIP,
        report.chipId().equals(expected),
        Code.CHIP_MISMATCH,
        expected.hex(),
        report.chipIdMasked() ? "a masked chip id" : report.chipId().hex());
  }

  private static void expected(
      Check check, Code code, Optional<Bytes> wanted, Bytes found, Checklist checks)
      throws RefusedException {
    if (wanted.isEmpty()) {
      checks.notChecked(check, found.hex());
      return;
    }
    checks.require(check, found.matches(wanted.get()), code, wanted.get().hex(), found.hex());
  }
}
