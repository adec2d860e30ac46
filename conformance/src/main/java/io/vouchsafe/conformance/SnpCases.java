package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.evidence.snp.GhcbCertificateTable;
import io.vouchsafe.evidence.snp.SnpEndorsements;
import io.vouchsafe.evidence.snp.SnpPolicy;
import io.vouchsafe.evidence.snp.SnpReport;
import io.vouchsafe.evidence.snp.SnpReportVerifier;
import io.vouchsafe.evidence.snp.SnpTrust;
import io.vouchsafe.evidence.snp.VerifiedSnpReport;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// AMD SEV-SNP: a raw report with its certificates, the instant, the policy, and what the verdict
/// is, with the codes that count as right; and certificate tables of hosts.
final class SnpCases {
  static final String KIND = "snp";
  static final String TABLE = "cert-table";
  private static final String AMD = "AMD ARK";
  private static final String CERTIFICATE = "CERTIFICATE";

  private SnpCases() {}

  /// An item of the kind `snp`.
  static Case of(CaseFile file, Json.Obj item, String id) {
    return new Case(id, KIND, () -> run(file, item));
  }

  /// An item of the kind `cert-table`.
  static Case ofTable(CaseFile file, Json.Obj item, String id) {
    return new Case(id, TABLE, () -> runTable(file, item));
  }

  private static void run(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    SnpPolicy policy = SnpPolicy.of(item.object("policy"));
    List<Bytes> chain = Pem.parse(file.bytes(item.string("chain")), CERTIFICATE);
    Optional<String> list = item.optionalString("crl");
    SnpEndorsements endorsements =
        new SnpEndorsements(
            List.of(file.bytes(item.string("vek"))),
            chain,
            list.isEmpty() ? List.of() : List.of(file.bytes(list.get())));
    SnpReportVerifier verifier = new SnpReportVerifier(trust(item, chain));
    Bytes report = file.bytes(item.string("report"));
    Instant at = time(item);
    Optional<VerifiedSnpReport> verified =
        Verdict.of(item).of(() -> verifier.verify(report, endorsements, policy, at));
    if (verified.isPresent() && item.present("fields").isPresent()) {
      compare(verified.get().report(), item.object("fields"));
    }
  }

  private static Instant time(Json.Obj item) throws FormatException {
    try {
      return Instant.parse(item.string("time"));
    } catch (DateTimeException _) {
      throw FormatException.unexpected("an instant", item.string("time"));
    }
  }

  /// AMD's roots, or the root among the certificates of the case.
  private static SnpTrust trust(Json.Obj item, List<Bytes> chain) throws FormatException {
    return item.string("trust").equals(AMD) ? SnpTrust.amd() : rootOf(chain);
  }

  /// Trust in the root among certificates.
  static SnpTrust rootOf(List<Bytes> chain) throws FormatException {
    for (Bytes certificate : chain) {
      Optional<SnpTrust> trust = rooted(certificate);
      if (trust.isPresent()) {
        return trust.get();
      }
    }
    throw FormatException.unexpected("a root in the chain", "none");
  }

  private static Optional<SnpTrust> rooted(Bytes certificate) {
    try {
      return Optional.of(SnpTrust.none().withRoot(certificate));
    } catch (FormatException _) {
      return Optional.empty();
    }
  }

  private static void compare(SnpReport report, Json.Obj fields)
      throws Difference, FormatException {
    Difference.require("version", fields.integer("version"), (long) report.version());
    Difference.require("guest_svn", fields.integer("guest_svn"), report.guestSvn());
    Difference.require("vmpl", fields.integer("vmpl"), report.vmpl());
    Difference.require("policy", fields.string("policy"), report.policy().toString());
    Difference.require(
        "platform_info", fields.string("platform_info"), report.platformInfo().toString());
    Difference.require(
        "currentVersion", fields.string("currentVersion"), report.current().toString());
    for (Map.Entry<String, Bytes> field :
        Map.of(
                "report_data", report.reportData(),
                "measurement", report.measurement(),
                "host_data", report.hostData(),
                "id_key_digest", report.idKeyDigest(),
                "chip_id", report.chipId())
            .entrySet()) {
      Difference.require(field.getKey(), fields.string(field.getKey()), field.getValue().hex());
    }
  }

  private static void runTable(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    Bytes raw = file.bytes(item.string("file"));
    Optional<GhcbCertificateTable> table =
        Verdict.of(item).of(() -> GhcbCertificateTable.parse(raw));
    if (table.isPresent()) {
      for (Json id : item.object("guids").members().values()) {
        String text = id.asString("guids");
        Difference.require("entry " + text, true, table.get().get(uuid(text)).isPresent());
      }
    }
  }

  private static UUID uuid(String text) throws FormatException {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException _) {
      throw FormatException.unexpected("a UUID", text);
    }
  }
}
