package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.forms.EvidenceForm;
import io.vouchsafe.evidence.google.LaunchEndorsement;
import io.vouchsafe.evidence.snp.GhcbCertificateTable;
import io.vouchsafe.evidence.snp.SnpCheck;
import io.vouchsafe.evidence.snp.SnpEndorsements;
import io.vouchsafe.evidence.snp.SnpEvidence;
import io.vouchsafe.evidence.snp.SnpReport;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.Optional;

/// Evidence of SEV-SNP, in whichever form it came.
///
/// @param report 1184 bytes, if they are
/// @param endorsements that came with it
/// @param endorsement of Google for its firmware, in the host's table
/// @param agent the evidence of its migration agent that came with it
record SnpFile(
    Bytes report,
    SnpEndorsements endorsements,
    Optional<Bytes> endorsement,
    Optional<SnpFile> agent) {

  static SnpFile of(EvidenceForm.SnpReport form) {
    return new SnpFile(
        form.report(),
        form.table().map(GhcbCertificateTable::endorsements).orElse(SnpEndorsements.NONE),
        form.table().flatMap(table -> table.get(LaunchEndorsement.TABLE_ENTRY)),
        Optional.empty());
  }

  /// The evidence of SEV-SNP that a form holds, if it is of that.
  ///
  /// @throws RefusedException if a guest says that it is, and it is not
  static Optional<SnpFile> in(EvidenceForm form) throws RefusedException {
    if (form instanceof EvidenceForm.SnpReport report) {
      return Optional.of(of(report));
    }
    return form instanceof EvidenceForm.GuestEvidence guest && guest.tee().equals("snp")
        ? Optional.of(of(guest.evidence()))
        : Optional.empty();
  }

  /// The JSON of a guest.
  static SnpFile of(Json.Obj json) throws RefusedException {
    try {
      return of(SnpEvidence.parse(json));
    } catch (FormatException e) {
      Code code = e.code() == Code.OVERSIZED ? Code.OVERSIZED : Code.MALFORMED;
      throw new RefusedException(SnpCheck.EVIDENCE_FORMAT, code, e.expected(), e.found());
    }
  }

  private static SnpFile of(SnpEvidence evidence) {
    return new SnpFile(
        evidence.report(),
        evidence.endorsements().orElse(SnpEndorsements.NONE),
        Optional.empty(),
        evidence.migrationAgent().map(SnpFile::of));
  }

  private Optional<SnpReport> parsed() {
    try {
      return Optional.of(SnpReport.parse(report));
    } catch (FormatException _) {
      // Its verification says what is wrong with it.
      return Optional.empty();
    }
  }

  /// Whether the report says that an agent can move the guest.
  boolean namesAgent() {
    return parsed().filter(SnpReport::hasMigrationAgent).isPresent();
  }

  /// Whether this is the report of the agent that `guest` names.
  boolean isAgentOf(SnpFile guest) {
    Optional<SnpReport> named = guest.parsed().filter(SnpReport::hasMigrationAgent);
    Optional<SnpReport> own = parsed();
    return named.isPresent()
        && own.isPresent()
        && named.get().migrationAgentId().equals(own.get().reportId());
  }
}
