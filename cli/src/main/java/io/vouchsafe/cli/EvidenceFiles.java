package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.evidence.dcap.Collateral;
import io.vouchsafe.evidence.dcap.CollateralSource;
import io.vouchsafe.evidence.dcap.Quote;
import io.vouchsafe.evidence.forms.EvidenceForm;
import io.vouchsafe.evidence.forms.EvidenceForm.Companion;
import io.vouchsafe.evidence.forms.X509Names;
import io.vouchsafe.evidence.google.LaunchEndorsement;
import io.vouchsafe.evidence.sev.SevCertificateFile;
import io.vouchsafe.evidence.snp.GhcbCertificateTable;
import io.vouchsafe.evidence.snp.SnpEndorsementSource;
import io.vouchsafe.evidence.snp.SnpEndorsements;
import io.vouchsafe.evidence.snp.SnpReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What lies beside the evidence, sorted by what it is for. Nothing of it is verified: the names in
/// certificates say only who is to look at them.
final class EvidenceFiles implements CollateralSource, SnpEndorsementSource {
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final JsonLimits DOCUMENT = new JsonLimits(256 << 10, 16, 50_000, 20);

  private final List<Bytes> snpLeaves = new ArrayList<>();
  private final List<Bytes> snpAuthorities = new ArrayList<>();
  private final List<Bytes> snpLists = new ArrayList<>();
  private final List<Bytes> pckChain = new ArrayList<>();
  private final List<Bytes> signingChain = new ArrayList<>();
  private final List<Bytes> rootLists = new ArrayList<>();
  private final List<Bytes> pckLists = new ArrayList<>();
  private final List<Bytes> tcbInfos = new ArrayList<>();
  private final List<Bytes> identities = new ArrayList<>();
  private final List<Collateral> collateral = new ArrayList<>();
  private final List<Bytes> eventLogs = new ArrayList<>();
  private final List<Bytes> googleAuthorities = new ArrayList<>();
  private final List<Bytes> endorsements = new ArrayList<>();
  private final List<Bytes> hostEndorsements = new ArrayList<>();
  private final List<SevCertificateFile.Entry> sevCertificates = new ArrayList<>();
  private final List<SnpFile> snpReports = new ArrayList<>();
  private final List<Held> held = new ArrayList<>();

  /// A bundle, or what a home holds.
  private record Held(CollateralSource dcap, SnpEndorsementSource snp) {}

  /// Takes documents in that are found by what they are for.
  void add(CollateralSource dcap, SnpEndorsementSource snp) {
    held.add(new Held(dcap, snp));
  }

  /// Takes a file in.
  void add(Companion companion) throws FormatException {
    switch (companion) {
      case EvidenceForm.CertificateTable table -> add(table.table());
      case EvidenceForm.EventLogData log -> eventLogs.add(log.log());
      case EvidenceForm.Certificates certificates ->
          certificates.certificates().forEach(this::addCertificate);
      case EvidenceForm.RevocationList list -> addList(list.list());
      case EvidenceForm.DcapCollateral document ->
          collateral.add(Collateral.parse(document.collateral()));
      case EvidenceForm.DcapDocument document ->
          (document.member().equals("tcbInfo") ? tcbInfos : identities).add(document.text());
      case EvidenceForm.LaunchEndorsement(Bytes endorsement) -> endorsements.add(endorsement);
      case EvidenceForm.SevCertificates(SevCertificateFile file) ->
          sevCertificates.addAll(file.certificates());
    }
  }

  private void add(GhcbCertificateTable table) {
    SnpEndorsements endorsements = table.endorsements();
    snpLeaves.addAll(endorsements.leaves());
    snpAuthorities.addAll(endorsements.authorities());
    snpLists.addAll(endorsements.revocationLists());
    table.get(LaunchEndorsement.TABLE_ENTRY).ifPresent(hostEndorsements::add);
  }

  /// Takes in a report among the files: it may be that of another's migration agent.
  void add(SnpFile report) {
    snpReports.add(report);
  }

  /// The report of the migration agent that `guest` names.
  Optional<SnpFile> agentOf(SnpFile guest) {
    return snpReports.stream().filter(report -> report.isAgentOf(guest)).findFirst();
  }

  /// Whether `report` is here as the migration agent of another.
  boolean isAgent(SnpFile report) {
    return snpReports.stream().anyMatch(report::isAgentOf);
  }

  /// Certificates of authorities for Google's virtual TPMs.
  List<Bytes> googleAuthorities() {
    return List.copyOf(googleAuthorities);
  }

  /// Google's endorsements of firmware that somebody named.
  List<Bytes> endorsements() {
    return List.copyOf(endorsements);
  }

  /// Google's endorsement in a table of the host.
  Optional<Bytes> hostEndorsement() {
    return hostEndorsements.stream().findFirst();
  }

  /// Certificates of legacy SEV.
  List<SevCertificateFile.Entry> sevCertificates() {
    return List.copyOf(sevCertificates);
  }

  private void addCertificate(Bytes certificate) {
    String name = X509Names.subject(certificate).orElse("");
    switch (name) {
      case "SEV-VCEK", "SEV-VLEK" -> snpLeaves.add(certificate);
      case "Intel SGX TCB Signing" -> signingChain.add(certificate);
      case "Intel SGX Root CA" -> {
        signingChain.add(certificate);
        pckChain.add(certificate);
      }
      default -> authorities(name).add(certificate);
    }
  }

  private List<Bytes> authorities(String name) {
    if (name.startsWith("Intel SGX PCK")) {
      return pckChain;
    }
    boolean google = name.startsWith("EK/AK CA") || name.startsWith("tpm_ek_v1_cloud_host");
    return google ? googleAuthorities : snpAuthorities;
  }

  private void addList(Bytes list) {
    String issuer = X509Names.issuerOfList(list).orElse("");
    if (issuer.equals("Intel SGX Root CA")) {
      rootLists.add(list);
    } else if (issuer.startsWith("Intel SGX PCK")) {
      pckLists.add(list);
    } else {
      snpLists.add(list);
    }
  }

  @Override
  public SnpEndorsements of(SnpReport report) {
    SnpEndorsements all = new SnpEndorsements(snpLeaves, snpAuthorities, snpLists);
    for (Held each : held) {
      SnpEndorsements more = each.snp().of(report);
      // Of certificates for other keys and of older lists nothing is gained but refusals.
      all =
          new SnpEndorsements(
                  all.leaves().isEmpty() ? more.leaves() : all.leaves(),
                  all.authorities(),
                  all.revocationLists().isEmpty() ? more.revocationLists() : all.revocationLists())
              .and(new SnpEndorsements(List.of(), more.authorities(), List.of()));
    }
    return all;
  }

  /// The event log of a TDX guest.
  Optional<Bytes> eventLog() {
    return eventLogs.stream().findFirst();
  }

  @Override
  public Optional<Collateral> collateral(Platform platform) {
    List<Collateral> all = new ArrayList<>(collateral);
    assembled().ifPresent(all::add);
    return all.stream()
        .filter(each -> isFor(each, platform))
        .findFirst()
        .or(() -> held(platform))
        // What does not fit is better than nothing: the verifier says in what it does not.
        .or(() -> all.stream().findFirst());
  }

  private Optional<Collateral> held(Platform platform) {
    return held.stream().flatMap(each -> each.dcap().collateral(platform).stream()).findFirst();
  }

  @Override
  public Optional<Bytes> pckChain(Quote quote) {
    return pckChain.isEmpty()
        ? collateral.stream().flatMap(each -> each.pckChain().stream()).findFirst()
        : Optional.of(pem(pckChain));
  }

  /// Collateral of single documents, if all of them are there.
  private Optional<Collateral> assembled() {
    boolean complete =
        !tcbInfos.isEmpty()
            && !identities.isEmpty()
            && !signingChain.isEmpty()
            && !rootLists.isEmpty()
            && !pckLists.isEmpty();
    return complete
        ? Optional.of(
            new Collateral(
                tcbInfos.getFirst(),
                identities.getFirst(),
                pem(signingChain),
                rootLists.getFirst(),
                pckLists.getFirst(),
                pckChain.isEmpty() ? Optional.empty() : Optional.of(pem(pckChain))))
        : Optional.empty();
  }

  private static Bytes pem(List<Bytes> certificates) {
    StringBuilder text = new StringBuilder();
    certificates.forEach(each -> text.append(Pem.encode(CERTIFICATE, each)));
    return Bytes.utf8(text.toString());
  }

  private static boolean isFor(Collateral collateral, CollateralSource.Platform platform) {
    try {
      Json.Obj info = Json.parseObject(collateral.tcbInfo(), DOCUMENT).object("tcbInfo");
      String id = info.optionalString("id").orElse("SGX");
      return id.equalsIgnoreCase(platform.tee().tee())
          && info.string("fmspc").equalsIgnoreCase(platform.fmspc().hex());
    } catch (FormatException _) {
      return false;
    }
  }
}
