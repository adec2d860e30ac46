package io.vouchsafe.evidence.forms;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.openenclave.OpenEnclaveEvidence;
import io.vouchsafe.evidence.snp.SnpEndorsements;
import io.vouchsafe.evidence.snp.SnpEvidence;
import io.vouchsafe.evidence.snp.SnpReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Turns evidence of any form into the JSON in which a guest sends it to a broker
/// (specs/kbs-protocol §10). Nothing is verified and nothing of the evidence is lost: what a guest
/// has no place for is refused.
public final class GuestForm {
  private static final String QUOTE = "quote";
  private static final Set<String> SNP_KEYS = Set.of("SEV-VCEK", "SEV-VLEK");
  private static final String EVENT_LOG = "cc_eventlog";

  private GuestForm() {}

  /// The JSON of `evidence`.
  ///
  /// @param beside what goes with it: certificates, tables and revocation lists of a report, the
  ///   report of its migration agent, the event log of a quote
  /// @throws FormatException if guests send no such evidence, or something does not go with it
  public static EvidenceForm.GuestEvidence of(
      EvidenceForm.Evidence evidence, List<EvidenceForm> beside) throws FormatException {
    return switch (evidence) {
      case EvidenceForm.SnpReport report -> snp(report, evidence(report), beside);
      case EvidenceForm.DcapQuote quote -> quote(quote.tee(), quote.quote(), quote, beside);
      case EvidenceForm.OpenEnclaveReport report ->
          quote(report.tee(), OpenEnclaveEvidence.parse(report.report()).quote(), report, beside);
      case EvidenceForm.GuestEvidence guest -> guest(guest, beside);
      case EvidenceForm.HclReport report ->
          throw FormatException.unexpected(
              "what a guest on Azure sends, a quote of its virtual TPM with the report: alone it shows"
                  + " neither freshness nor registers",
              report.what());
      case EvidenceForm.GoogleAttestation attestation -> throw nobodySends(attestation);
      case EvidenceForm.GoogleAkCertificate certificate -> throw nobodySends(certificate);
    };
  }

  private static FormatException nobodySends(EvidenceForm form) {
    return FormatException.unexpected("evidence that guests send to a broker", form.what());
  }

  private static FormatException apart(EvidenceForm.Evidence evidence, EvidenceForm other) {
    return FormatException.unexpected("what goes with: " + evidence.what(), other.what());
  }

  private static EvidenceForm.GuestEvidence guest(
      EvidenceForm.GuestEvidence guest, List<EvidenceForm> beside) throws FormatException {
    if (beside.isEmpty()) {
      return guest;
    }
    if (guest.tee().equals("snp")) {
      return snp(guest, SnpEvidence.parse(guest.evidence()), beside);
    }
    Json.Obj json = guest.evidence();
    for (EvidenceForm other : beside) {
      if (!(other instanceof EvidenceForm.EventLogData(Bytes log))
          || !guest.tee().equals("tdx")
          || json.present(EVENT_LOG).isPresent()) {
        throw apart(guest, other);
      }
      json = json.with(EVENT_LOG, Json.of(log.base64()));
    }
    return new EvidenceForm.GuestEvidence(guest.tee(), json);
  }

  private static EvidenceForm.GuestEvidence quote(
      String tee, Bytes quote, EvidenceForm.Evidence from, List<EvidenceForm> beside)
      throws FormatException {
    EvidenceForm.GuestEvidence alone =
        new EvidenceForm.GuestEvidence(tee, Json.object().put(QUOTE, quote.base64()).build());
    if (tee.equals("tdx")) {
      return guest(alone, beside);
    }
    if (!beside.isEmpty()) {
      throw apart(from, beside.getFirst());
    }
    return alone;
  }

  private static SnpEvidence evidence(EvidenceForm.SnpReport report) {
    return new SnpEvidence(
        report.report(), report.table().map(table -> table.endorsements()), Optional.empty());
  }

  private static EvidenceForm.GuestEvidence snp(
      EvidenceForm.Evidence from, SnpEvidence evidence, List<EvidenceForm> beside)
      throws FormatException {
    Optional<SnpEndorsements> endorsements = evidence.endorsements();
    Optional<SnpEvidence> agent = evidence.migrationAgent();
    for (EvidenceForm other : beside) {
      Optional<SnpEvidence> report = report(other);
      if (report.isPresent() && agent.isEmpty() && isAgentOf(evidence, report.get())) {
        agent = report;
        continue;
      }
      SnpEndorsements more =
          switch (other) {
            case EvidenceForm.CertificateTable table -> table.table().endorsements();
            case EvidenceForm.Certificates certificates -> sorted(certificates.certificates());
            case EvidenceForm.RevocationList list ->
                new SnpEndorsements(List.of(), List.of(), List.of(list.list()));
            case EvidenceForm.EventLogData _,
                EvidenceForm.LaunchEndorsement _,
                EvidenceForm.SevCertificates _,
                EvidenceForm.DcapCollateral _,
                EvidenceForm.DcapDocument _,
                EvidenceForm.Evidence _ ->
                throw apart(from, other);
          };
      endorsements = Optional.of(endorsements.map(known -> known.and(more)).orElse(more));
    }
    SnpEvidence all = new SnpEvidence(evidence.report(), endorsements, agent);
    return new EvidenceForm.GuestEvidence("snp", all.json());
  }

  private static SnpEndorsements sorted(List<Bytes> certificates) {
    List<Bytes> leaves = new ArrayList<>();
    List<Bytes> authorities = new ArrayList<>();
    for (Bytes certificate : certificates) {
      boolean leaf = X509Names.subject(certificate).filter(SNP_KEYS::contains).isPresent();
      (leaf ? leaves : authorities).add(certificate);
    }
    return new SnpEndorsements(leaves, authorities, List.of());
  }

  private static Optional<SnpEvidence> report(EvidenceForm form) throws FormatException {
    return switch (form) {
      case EvidenceForm.SnpReport report -> Optional.of(evidence(report));
      case EvidenceForm.GuestEvidence guest when guest.tee().equals("snp") ->
          Optional.of(SnpEvidence.parse(guest.evidence()));
      case EvidenceForm.Evidence _, EvidenceForm.Companion _ -> Optional.empty();
    };
  }

  /// Whether `agent` is the report of the migration agent that `guest` names.
  private static boolean isAgentOf(SnpEvidence guest, SnpEvidence agent) throws FormatException {
    SnpReport named = SnpReport.parse(guest.report());
    return named.hasMigrationAgent()
        && named.migrationAgentId().equals(SnpReport.parse(agent.report()).reportId());
  }
}
