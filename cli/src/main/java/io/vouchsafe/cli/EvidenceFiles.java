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
import io.vouchsafe.evidence.snp.GhcbCertificateTable;
import io.vouchsafe.evidence.snp.SnpEndorsements;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What lies beside the evidence, sorted by what it is for. Nothing of it is verified: the names in
/// certificates say only who is to look at them.
final class EvidenceFiles implements CollateralSource {
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
    }
  }

  private void add(GhcbCertificateTable table) {
    SnpEndorsements endorsements = endorsements(table);
    snpLeaves.addAll(endorsements.leaves());
    snpAuthorities.addAll(endorsements.authorities());
    snpLists.addAll(endorsements.revocationLists());
  }

  /// The entries of a host's table.
  static SnpEndorsements endorsements(GhcbCertificateTable table) {
    return new SnpEndorsements(
        entries(table, GhcbCertificateTable.VCEK, GhcbCertificateTable.VLEK),
        entries(table, GhcbCertificateTable.ASK, GhcbCertificateTable.ARK),
        entries(table, GhcbCertificateTable.CRL));
  }

  private static List<Bytes> entries(GhcbCertificateTable table, UUID... ids) {
    List<Bytes> found = new ArrayList<>();
    for (UUID id : ids) {
      Optional.ofNullable(table.entries().get(id)).ifPresent(found::add);
    }
    return found;
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
      default -> (name.startsWith("Intel SGX PCK") ? pckChain : snpAuthorities).add(certificate);
    }
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

  /// What there is for SEV-SNP.
  SnpEndorsements snp() {
    return new SnpEndorsements(snpLeaves, snpAuthorities, snpLists);
  }

  /// The event log of a TDX guest.
  Optional<Bytes> eventLog() {
    return eventLogs.stream().findFirst();
  }

  @Override
  public Optional<Collateral> collateral(Platform platform) {
    List<Collateral> all = new ArrayList<>(collateral);
    assembled().ifPresent(all::add);
    // With one there is no choice: if it does not fit, the verifier says in what.
    return all.size() == 1
        ? all.stream().findFirst()
        : all.stream().filter(each -> isFor(each, platform)).findFirst();
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
