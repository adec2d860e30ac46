package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import java.util.Objects;

/// The evidence of a migration agent, which comes beside that of a guest that it can move: a guest
/// itself, that nobody can move (specs/evidence-x86 §1.1, REPORT_ID_MA).
///
/// @param report the 1184 bytes that the firmware made for the agent
/// @param endorsements what came along or is known, untrusted
/// @param policy what is accepted of it; it may not allow migration
public record SnpMigrationAgent(Bytes report, SnpEndorsements endorsements, SnpPolicy policy) {
  public SnpMigrationAgent {
    Objects.requireNonNull(report, "report");
    Objects.requireNonNull(endorsements, "endorsements");
    if (policy.allowMigration()) {
      throw new IllegalArgumentException("an agent that can be migrated itself");
    }
  }
}
