package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.evidence.internal.VerifierOnly;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Verifies the SEV-SNP evidence that guests send as JSON (specs/kbs-protocol §10.2). The checks
/// are those of [SnpCheck]. Thread-safe.
public final class SnpVerifier implements Verifier {
  private static final int REPORT_DATA_SIZE = 64;
  private static final int HOST_DATA_SIZE = 32;

  private final SnpReportVerifier reports;
  private final SnpPolicy policy;
  private final SnpEndorsementSource source;
  private final Optional<SnpPolicy> agents;

  /// @param trust which roots and products count
  /// @param policy what is accepted; its report data is replaced by that of each request
  /// @param source what is known beside the evidence: authorities and revocation lists always, a
  ///   signing key's certificate only if the evidence has no chain
  public SnpVerifier(SnpTrust trust, SnpPolicy policy, SnpEndorsementSource source) {
    this(new SnpReportVerifier(trust), policy, source, Optional.empty());
  }

  private SnpVerifier(
      SnpReportVerifier reports,
      SnpPolicy policy,
      SnpEndorsementSource source,
      Optional<SnpPolicy> agents) {
    this.reports = reports;
    this.policy = Objects.requireNonNull(policy, "policy");
    this.source = Objects.requireNonNull(source, "source");
    this.agents = agents;
  }

  /// This, taking guests that a migration agent can move if the agent's evidence comes with theirs
  /// (`migration_agent`). Without this they are refused: whoever runs on the chip could be the
  /// agent.
  ///
  /// @param agent what is accepted of it: it should name its measurement
  /// @throws IllegalArgumentException if it names none, or the agent could be migrated itself
  public SnpVerifier withMigrationAgents(SnpPolicy agent) {
    if (agent.measurement().isEmpty() || agent.allowMigration()) {
      throw new IllegalArgumentException("the measurement of an agent that nobody can move");
    }
    return new SnpVerifier(reports, policy, source, Optional.of(agent));
  }

  /// For a broker: AMD's roots, the strict policy at privilege level 0.
  public static SnpVerifier strict(SnpEndorsementSource source) {
    return new SnpVerifier(SnpTrust.amd(), SnpPolicy.STRICT.withVmpl(0), source);
  }

  @Override
  public String tee() {
    return "snp";
  }

  @Override
  public VerifiedEvidence verify(Json evidence, ExpectedBinding binding, Instant at)
      throws RefusedException {
    Checklist checks = new Checklist();
    SnpEvidence parsed;
    try {
      parsed = SnpEvidence.parse(evidence);
      checks.pass(SnpCheck.EVIDENCE_FORMAT, "SNP evidence", "SNP evidence");
    } catch (FormatException e) {
      Code code = e.code() == Code.OVERSIZED ? Code.OVERSIZED : Code.MALFORMED;
      throw checks.refuse(SnpCheck.EVIDENCE_FORMAT, code, e.expected(), e.found());
    }
    SnpReport report = SnpReportVerifier.parse(parsed.report(), checks);
    VerifiedSnpReport verified =
        reports.verify(
            report,
            endorsements(parsed, report),
            policy.withReportData(reportData(binding, report, checks)),
            new SnpReportVerifier.Beside(
                binding.initData().map(digest -> digest.fit(HOST_DATA_SIZE)),
                agent(parsed, report)),
            at,
            checks);
    return new VerifiedEvidence(
        VerifierOnly.INSTANCE,
        tee(),
        "cpu",
        verified.anchor(),
        verified.claims(),
        verified.checks());
  }

  /// What fills the field: the digest of the request with zeros behind it, all of which count.
  private static Bytes reportData(ExpectedBinding binding, SnpReport report, Checklist checks)
      throws RefusedException {
    int size = binding.reportData().size();
    if (size == 0 || size > REPORT_DATA_SIZE) {
      throw checks.refuse(
          SnpCheck.REPORT_DATA,
          Code.REPORT_DATA_MISMATCH,
          "a digest of 1 to " + REPORT_DATA_SIZE + " bytes",
          report.reportData().hex());
    }
    return binding.reportData().fit(REPORT_DATA_SIZE);
  }

  /// The agent's evidence, where one is named by the report and taken by this verifier.
  private Optional<SnpMigrationAgent> agent(SnpEvidence evidence, SnpReport report) {
    if (agents.isEmpty() || !report.hasMigrationAgent()) {
      return Optional.empty();
    }
    return evidence
        .migrationAgent()
        .map(agent -> new SnpMigrationAgent(agent.report(), endorsements(agent), agents.get()));
  }

  private SnpEndorsements endorsements(SnpEvidence evidence) {
    try {
      return endorsements(evidence, SnpReport.parse(evidence.report()));
    } catch (FormatException _) {
      // Its verification says what is wrong with the report.
      return evidence.endorsements().orElse(SnpEndorsements.NONE);
    }
  }

  private SnpEndorsements endorsements(SnpEvidence evidence, SnpReport report) {
    SnpEndorsements known = source.of(report);
    Optional<SnpEndorsements> sent = evidence.endorsements();
    // A chain without the signing key's certificate is not completed: the guest must know its own.
    return sent.isEmpty()
        ? known
        : sent.get()
            .and(new SnpEndorsements(List.of(), known.authorities(), known.revocationLists()));
  }
}
