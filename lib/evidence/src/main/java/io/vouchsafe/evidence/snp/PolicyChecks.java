package io.vouchsafe.evidence.snp;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.Optional;

/// Compares a genuine report with a policy. What a switch of the policy allowed is named in the
/// check.
final class PolicyChecks {
  private PolicyChecks() {}

  static void run(
      SnpReport report,
      SnpReportVerifier.Tcbs tcbs,
      SnpPolicy policy,
      Optional<VerifiedSnpReport> agent,
      Checklist checks)
      throws RefusedException {
    tcb(report, tcbs, policy, checks);
    allowed(
        checks,
        SnpCheck.POLICY_BITS,
        report.policy().unknownBits() != 0,
        policy.allowUnknownPolicyBits(),
        Code.POLICY_UNKNOWN_BITS,
        new Words("allowUnknownPolicyBits", "no unknown bit", "POLICY " + report.policy()));
    allowed(
        checks,
        SnpCheck.DEBUG,
        report.policy().debugAllowed(),
        policy.allowDebug(),
        Code.POLICY_DEBUG,
        new Words("allowDebug", "debugging forbidden", "POLICY " + report.policy()));
    migration(report, policy, agent, checks);
    vmpl(report, policy, checks);
    platform(report, policy, checks);
    if (policy.minimumTcb().isEmpty()) {
      checks.notChecked(SnpCheck.MINIMUM_TCB, tcbs.reported().toString());
      return;
    }
    checks.require(
        SnpCheck.MINIMUM_TCB,
        policy.minimumTcb().get().atMost(tcbs.reported()),
        Code.TCB_BELOW_MINIMUM,
        "at least " + policy.minimumTcb().get(),
        tcbs.reported().toString());
  }

  /// @param allowing the switch that takes the weakness
  /// @param expected what is wanted without it
  /// @param found what was there
  private record Words(String allowing, String expected, String found) {}

  private static void allowed(
      Checklist checks, Check check, boolean weak, boolean allowed, Code code, Words words)
      throws RefusedException {
    if (weak && allowed) {
      checks.allow(
          check, "anything, as " + words.allowing() + " says", words.found(), words.allowing());
      return;
    }
    checks.require(check, !weak, code, words.expected(), words.found());
  }

  private static void tcb(
      SnpReport report, SnpReportVerifier.Tcbs tcbs, SnpPolicy policy, Checklist checks)
      throws RefusedException {
    checks.require(
        SnpCheck.TCB_ORDER,
        tcbs.reported().atMost(tcbs.current()) && tcbs.committed().atMost(tcbs.current()),
        Code.TCB_INCONSISTENT,
        "at most " + tcbs.current(),
        "reported " + tcbs.reported() + "; committed " + tcbs.committed());
    allowed(
        checks,
        SnpCheck.PROVISIONAL,
        !tcbs.current().equals(tcbs.committed()),
        policy.allowProvisionalFirmware(),
        Code.POLICY_PROVISIONAL,
        new Words(
            "allowProvisionalFirmware",
            "committed firmware",
            "firmware "
                + report.current()
                + ", committed "
                + report.committed()
                + "; TCB "
                + tcbs.current()
                + ", committed "
                + tcbs.committed()));
  }

  private static void migration(
      SnpReport report, SnpPolicy policy, Optional<VerifiedSnpReport> agent, Checklist checks)
      throws RefusedException {
    if (agent.isPresent()) {
      checks.pass(
          SnpCheck.MIGRATION, "a guest of a known migration agent", "POLICY " + report.policy());
      agent(report, agent.get(), checks);
      return;
    }
    // The agent could hand the guest to anybody, and its own report is not here to be judged.
    if (report.hasMigrationAgent()) {
      throw checks.refuse(
          SnpCheck.MIGRATION,
          Code.POLICY_MIGRATION,
          "no migration agent, or its report as well",
          "the agent with report id " + report.migrationAgentId());
    }
    allowed(
        checks,
        SnpCheck.MIGRATION,
        report.policy().migrationAllowed(),
        policy.allowMigration(),
        Code.POLICY_MIGRATION,
        new Words("allowMigration", "migration forbidden", "POLICY " + report.policy()));
  }

  /// The agent runs where the guest does; after a move it is another one.
  private static void agent(SnpReport report, VerifiedSnpReport agent, Checklist checks)
      throws RefusedException {
    checks.require(
        SnpCheck.MIGRATION_AGENT,
        report.migrationAgentId().equals(agent.report().reportId())
            && report.chipId().equals(agent.report().chipId()),
        Code.POLICY_MIGRATION,
        "agent " + report.migrationAgentId() + " on chip " + report.chipId(),
        "agent " + agent.report().reportId() + " on chip " + agent.report().chipId());
  }

  private static void vmpl(SnpReport report, SnpPolicy policy, Checklist checks)
      throws RefusedException {
    String found =
        report.vmpl() == SnpReport.HOST_VMPL ? "asked for by the host" : "VMPL " + report.vmpl();
    // Whoever asks chooses the report data, so a report for the host binds nothing of the guest.
    boolean guest = report.vmpl() != SnpReport.HOST_VMPL;
    if (guest && policy.requireVmpl().isEmpty()) {
      checks.notChecked(SnpCheck.VMPL, found);
      return;
    }
    checks.require(
        SnpCheck.VMPL,
        guest && policy.requireVmpl().get() == (int) report.vmpl(),
        Code.POLICY_VMPL,
        policy.requireVmpl().map(vmpl -> "VMPL " + vmpl).orElse("VMPL 0 to 3"),
        found);
  }

  private static void platform(SnpReport report, SnpPolicy policy, Checklist checks)
      throws RefusedException {
    if (!policy.requireAliasCheck()) {
      checks.notChecked(SnpCheck.PLATFORM, "PLATFORM_INFO " + report.platformInfo());
      return;
    }
    checks.require(
        SnpCheck.PLATFORM,
        report.platformInfo().aliasCheckComplete(),
        Code.POLICY_PLATFORM_INFO,
        "bit 5 of PLATFORM_INFO (alias check complete)",
        "PLATFORM_INFO " + report.platformInfo());
  }
}
