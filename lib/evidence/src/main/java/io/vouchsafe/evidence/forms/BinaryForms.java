package io.vouchsafe.evidence.forms;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.evidence.google.GoogleAttestation;
import io.vouchsafe.evidence.google.LaunchEndorsement;
import io.vouchsafe.evidence.sev.SevCertificateFile;
import io.vouchsafe.evidence.snp.GhcbCertificateTable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Binary forms, by their marks. The marks exclude each other for anything that a vendor makes.
final class BinaryForms {
  private static final int SNP_SIZE = io.vouchsafe.evidence.snp.SnpReport.SIZE;
  private static final int SNP_LAST_VERSION = 5;
  private static final int TD_REPORT_SIZE = 1024;
  private static final int TDX_TYPE = 0x81;
  private static final int VENDOR_AT = 12;
  private static final Bytes INTEL = known("939a7233f79c4ca9940a0db3957f0607");
  private static final Bytes HCL = Bytes.utf8("HCLA");
  private static final int HCL_TYPE_AT = 1224;
  private static final int HCL_SNP = 2;
  private static final int HCL_TDX = 4;
  private static final Bytes SPEC_ID = Bytes.utf8("Spec ID Event03\0");
  private static final int SPEC_ID_AT = 32;
  private static final int TABLE_ENTRY = 24;
  private static final Set<UUID> TABLE_IDS =
      Set.of(
          GhcbCertificateTable.VCEK,
          GhcbCertificateTable.VLEK,
          GhcbCertificateTable.ASK,
          GhcbCertificateTable.ARK,
          GhcbCertificateTable.CRL,
          UUID.fromString("ecae0c0f-9502-43b1-afa2-0ae2e0d565b6"),
          UUID.fromString("9f4116cd-c503-4f5a-8f6f-fb68882f4ce2"));

  private static final List<String> GOOGLE_ISSUERS =
      List.of("EK/AK CA Intermediate", "tpm_ek_v1_cloud_host-signer");

  private BinaryForms() {}

  private static Bytes known(String hex) {
    try {
      return Bytes.fromHex(hex);
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The form of `input`, empty if it has no mark that is known.
  ///
  /// @throws FormatException if it has the marks of two, or cannot be taken apart
  static Optional<EvidenceForm> of(Bytes input) throws FormatException {
    List<EvidenceForm> found = new ArrayList<>();
    if (isQuote(input)) {
      found.add(new EvidenceForm.DcapQuote(kind(input), input));
    } else if (isSnpReport(input)) {
      found.add(snp(input));
    }
    if (startsWith(input, 0, HCL)) {
      found.add(new EvidenceForm.HclReport(hclTee(input), input));
    }
    if (isTable(input)) {
      found.add(new EvidenceForm.CertificateTable(GhcbCertificateTable.parse(input)));
    }
    if (startsWith(input, SPEC_ID_AT, SPEC_ID)) {
      found.add(new EvidenceForm.EventLogData(input));
    }
    if (isOpenEnclave(input)) {
      found.add(new EvidenceForm.OpenEnclaveReport(input));
    }
    if (SevCertificateFile.isShaped(input)) {
      found.add(new EvidenceForm.SevCertificates(SevCertificateFile.parse(input)));
    }
    if (GoogleAttestation.isShaped(input)) {
      found.add(new EvidenceForm.GoogleAttestation(input));
    } else if (LaunchEndorsement.isShaped(input)) {
      found.add(new EvidenceForm.LaunchEndorsement(input));
    }
    der(input).ifPresent(found::add);
    if (found.size() > 1) {
      throw FormatException.unexpected(
          "evidence of one form", found.stream().map(EvidenceForm::what).toList().toString());
    }
    if (found.isEmpty() && input.size() == TD_REPORT_SIZE && input.at(0) == TDX_TYPE) {
      throw FormatException.unexpected(
          "a quote",
          "a TDREPORT, which only its own machine can check: let the quoting enclave sign it");
    }
    return found.stream().findFirst();
  }

  private static boolean startsWith(Bytes input, int at, Bytes mark) {
    return input.size() >= at + mark.size() && input.slice(at, at + mark.size()).equals(mark);
  }

  private static long u32(Bytes input, int at) {
    try {
      ByteReader in = ByteReader.littleEndian(input.slice(at, at + Integer.BYTES));
      return in.u32("mark");
    } catch (FormatException e) {
      throw new IllegalStateException("four bytes hold 32 bits", e);
    }
  }

  /// Also a quote with a version or type that the parser refuses: it says so better than we can.
  private static boolean isQuote(Bytes input) {
    if (input.size() < VENDOR_AT) {
      return false;
    }
    long head = u32(input, 0);
    long version = head & 0xffff;
    long key = head >> 16;
    long tee = u32(input, 4);
    boolean shaped =
        version >= 3 && version <= 5 && key >= 2 && key <= 3 && (tee == 0 || tee == TDX_TYPE);
    return shaped || startsWith(input, VENDOR_AT, INTEL);
  }

  private static TeeKind kind(Bytes quote) {
    return u32(quote, 4) == TDX_TYPE ? TeeKind.TDX : TeeKind.SGX;
  }

  private static boolean isSnpReport(Bytes input) {
    boolean named = input.size() >= 4 && u32(input, 0) >= 2 && u32(input, 0) <= SNP_LAST_VERSION;
    boolean marked =
        startsWith(input, 0, HCL)
            || startsWith(input, SPEC_ID_AT, SPEC_ID)
            || isTable(input)
            || isOpenEnclave(input);
    return named || input.size() == SNP_SIZE && !marked && !isPrintable(input);
  }

  /// 1184 characters are text, not a report.
  private static boolean isPrintable(Bytes input) {
    for (int i = 0; i < input.size(); i++) {
      int c = input.at(i);
      if (c > '~' || c < ' ' && c != '\n' && c != '\r' && c != '\t') {
        return false;
      }
    }
    return true;
  }

  private static EvidenceForm snp(Bytes input) throws FormatException {
    if (input.size() > SNP_SIZE) {
      Bytes rest = input.slice(SNP_SIZE, input.size());
      // Zeros are padding here, and no report is padded.
      if (isTable(rest) && !rest.equals(Bytes.zeros(rest.size()))) {
        return new EvidenceForm.SnpReport(
            input.slice(0, SNP_SIZE), Optional.of(GhcbCertificateTable.parse(rest)));
      }
    }
    return new EvidenceForm.SnpReport(input, Optional.empty());
  }

  private static String hclTee(Bytes report) throws FormatException {
    if (report.size() < HCL_TYPE_AT + Integer.BYTES) {
      throw FormatException.malformed(
          report.size(), "an HCL report with a report type at byte " + HCL_TYPE_AT, "its end");
    }
    long type = u32(report, HCL_TYPE_AT);
    if (type != HCL_SNP && type != HCL_TDX) {
      throw FormatException.malformed(
          HCL_TYPE_AT, "report type 2 (SNP) or 4 (TDX) in the HCL report", type + "");
    }
    return type == HCL_SNP ? "az-snp-vtpm" : "az-tdx-vtpm";
  }

  private static boolean isTable(Bytes input) {
    if (input.size() < TABLE_ENTRY) {
      return false;
    }
    ByteBuffer first = input.asBuffer();
    UUID id = new UUID(first.getLong(), first.getLong());
    // The table of no entries.
    boolean empty = input.size() != SNP_SIZE && input.equals(Bytes.zeros(input.size()));
    return empty || TABLE_IDS.contains(id);
  }

  private static boolean isOpenEnclave(Bytes input) {
    int header = 16;
    if (input.size() <= header || u32(input, 0) != 1) {
      return false;
    }
    long type = u32(input, 4);
    return (type == 1 || type == 2)
        && u32(input, 8) == input.size() - header
        && u32(input, 12) == 0;
  }

  private static Optional<EvidenceForm> der(Bytes input) throws FormatException {
    if (input.isEmpty() || input.at(0) != 0x30) {
      return Optional.empty();
    }
    List<Bytes> elements = new ArrayList<>();
    try {
      DerReader all = DerReader.of(input);
      while (all.hasMore()) {
        elements.add(all.element("element"));
      }
    } catch (FormatException _) {
      return Optional.empty();
    }
    if (elements.stream().allMatch(BinaryForms::isCertificate)) {
      return Optional.of(certificates(elements));
    }
    return elements.size() == 1 && isRevocationList(elements.getFirst())
        ? Optional.of(new EvidenceForm.RevocationList(elements.getFirst()))
        : Optional.empty();
  }

  /// Certificates; with one of a key of Google's virtual TPMs among them, evidence of that key.
  static EvidenceForm certificates(List<Bytes> certificates) {
    List<Bytes> keys = certificates.stream().filter(BinaryForms::isGoogleKey).toList();
    if (keys.size() != 1) {
      return new EvidenceForm.Certificates(certificates);
    }
    List<Bytes> chain = new ArrayList<>(keys);
    certificates.stream().filter(each -> !each.equals(keys.getFirst())).forEach(chain::add);
    return new EvidenceForm.GoogleAkCertificate(chain);
  }

  private static boolean isGoogleKey(Bytes certificate) {
    String issuer = X509Names.issuer(certificate).orElse("");
    return GOOGLE_ISSUERS.stream().anyMatch(issuer::startsWith);
  }

  /// A signed sequence whose content begins with `[0]`, the version (RFC 5280 §4.1).
  private static boolean isCertificate(Bytes der) {
    try {
      DerReader content = DerReader.of(der).onlySequence().sequence("signed content");
      return content.nextIs(DerTag.constructed(0));
    } catch (FormatException _) {
      return false;
    }
  }

  /// A signed sequence whose content begins with the version 2 and an algorithm (RFC 5280 §5.1).
  private static boolean isRevocationList(Bytes der) {
    try {
      DerReader content = DerReader.of(der).onlySequence().sequence("signed content");
      return content.integer("version").intValue() == 1 && content.nextIs(DerTag.SEQUENCE);
    } catch (FormatException _) {
      return false;
    }
  }
}
