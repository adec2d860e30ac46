package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.evidence.RootKeys;
import io.vouchsafe.evidence.google.AkCertificateVerifier;
import io.vouchsafe.evidence.google.GoogleRoots;
import io.vouchsafe.evidence.google.GoogleVtpmVerifier;
import io.vouchsafe.evidence.google.InstanceInfo;
import io.vouchsafe.evidence.google.LaunchEndorsement;
import io.vouchsafe.evidence.google.LaunchEndorsementVerifier;
import io.vouchsafe.evidence.google.LaunchMeasurement;
import io.vouchsafe.evidence.google.Technology;
import io.vouchsafe.evidence.google.VerifiedAk;
import io.vouchsafe.evidence.google.VerifiedEndorsement;
import io.vouchsafe.evidence.google.VerifiedVtpm;
import io.vouchsafe.tpm.HashAlg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Google Cloud: launch endorsements of firmware, attestations of virtual TPMs, and certificates of
/// their keys.
final class GoogleCases {
  static final String ENDORSEMENT = "launch-endorsement";
  static final String ATTESTATION = "gcp-vtpm-attestation";
  static final String CERTIFICATE = "gce-ak-certificate";
  private static final String PEM_LABEL = "CERTIFICATE";
  private static final String FILE = "file";
  private static final String ROOT = "root";
  private static final String CHAIN = "akCertChain";

  private GoogleCases() {}

  /// An item of the kind `launch-endorsement`.
  static Case ofEndorsement(CaseFile file, Json.Obj item, String id) {
    return new Case(id, ENDORSEMENT, () -> endorsement(file, item));
  }

  /// An item of the kind `gcp-vtpm-attestation`.
  static Case ofAttestation(CaseFile file, Json.Obj item, String id) {
    return new Case(id, ATTESTATION, () -> attestation(file, item));
  }

  /// An item of the kind `gce-ak-certificate`.
  static Case ofCertificate(CaseFile file, Json.Obj item, String id) {
    return new Case(id, CERTIFICATE, () -> certificate(file, item));
  }

  private static void endorsement(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    String root = item.string(ROOT);
    RootKeys roots =
        root.startsWith("gce-cc-tcb-root")
            ? GoogleRoots.firmware()
            : RootKeys.none().named(file.bytes(root));
    LaunchEndorsementVerifier verifier = new LaunchEndorsementVerifier(roots, 0);
    Bytes message = file.bytes(item.string(FILE));
    LaunchMeasurement measurement = measurement(item);
    Instant at = time(item);
    Optional<VerifiedEndorsement> verified =
        Verdict.of(item).of(() -> verifier.verify(message, measurement, at));
    if (verified.isPresent() && item.present("fields").isPresent()) {
      compare(verified.get().endorsement(), item.object("fields"));
    }
  }

  private static LaunchMeasurement measurement(Json.Obj item) throws FormatException {
    Optional<String> mrtd = item.optionalString("mrtd");
    return mrtd.isPresent()
        ? new LaunchMeasurement.Tdx(Bytes.fromHex(mrtd.get()), number(item, "ramGib"))
        : new LaunchMeasurement.Snp(
            Bytes.fromHex(item.string("snpMeasurement")), number(item, "vcpus"));
  }

  private static Optional<Long> number(Json.Obj item, String member) throws FormatException {
    return item.present(member).isEmpty() ? Optional.empty() : Optional.of(item.integer(member));
  }

  private static void compare(LaunchEndorsement found, Json.Obj fields)
      throws Difference, FormatException {
    Difference.require("timestamp", fields.integer("timestamp"), found.timestamp());
    Difference.require("clSpec", fields.integer("clSpec"), found.changelist());
    Difference.require("firmware", fields.string("firmwareSha384"), found.firmware().hex());
    LaunchEndorsement.Snp snp =
        found.snp().orElseThrow(() -> new Difference("an entry for SEV-SNP", "none"));
    Difference.require("snpSvn", fields.integer("snpSvn"), snp.svn());
    Difference.require(
        "snpFamilyId", fields.string("snpFamilyId"), snp.familyId().map(Bytes::hex).orElse(""));
    Difference.require(
        "snpImageId", fields.string("snpImageId"), snp.imageId().map(Bytes::hex).orElse(""));
    Difference.require(
        "snpPolicy", fields.string("snpPolicy"), "0x" + Long.toHexString(snp.policy()));
    Difference.require(
        "svsm", fields.string("svsmMeasurement"), snp.svsm().map(Bytes::hex).orElse(""));
    Map<Long, String> expected = new TreeMap<>();
    for (var entry : fields.object("snpMeasurementsByVcpu").members().entrySet()) {
      expected.put(Long.parseLong(entry.getKey()), entry.getValue().asString("measurement"));
    }
    Map<Long, String> endorsed = new TreeMap<>();
    snp.measurements().forEach((count, value) -> endorsed.put(count, value.hex()));
    Difference.require("measurements", expected, endorsed);
  }

  private static void attestation(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    List<Bytes> authorities = new ArrayList<>();
    RootKeys roots = GoogleRoots.virtualTpm();
    if (item.present(CHAIN).isPresent()) {
      for (Json name : item.array(CHAIN)) {
        Bytes text = file.bytes(name.asString(CHAIN));
        authorities.addAll(Pem.parse(text, PEM_LABEL));
        if (name.asString(CHAIN).matches("syn-.*root.*")) {
          roots = roots.named(text);
        }
      }
    } else {
      authorities.addAll(intermediatesBeside(file));
    }
    GoogleVtpmVerifier verifier = new GoogleVtpmVerifier(roots, authorities);
    Bytes message = file.bytes(item.string(FILE));
    Bytes nonce = Bytes.fromHex(item.string("expectedNonce"));
    Instant at = time(item);
    Optional<VerifiedVtpm> verified =
        Verdict.of(item).of(() -> verifier.verify(message, nonce, at));
    if (verified.isEmpty()) {
      return;
    }
    if (item.present("technology").isPresent()) {
      Difference.require(
          "technology",
          item.string("technology"),
          verified.get().technology().map(Technology::name).orElse("unknown"));
    }
    if (item.present("pcrsSha256").isPresent()) {
      compare(verified.get().registers(HashAlg.SHA256), item.object("pcrsSha256"));
    }
  }

  private static void compare(Map<Integer, Bytes> registers, Json.Obj expected)
      throws Difference, FormatException {
    for (var entry : expected.members().entrySet()) {
      Bytes found = registers.getOrDefault(Integer.valueOf(entry.getKey()), Bytes.EMPTY);
      Difference.require(
          "PCR " + entry.getKey(), entry.getValue().asString("register"), found.hex());
    }
  }

  /// Authorities that an attestation leaves out.
  private static List<Bytes> intermediatesBeside(CaseFile file)
      throws FormatException, IOException {
    List<Bytes> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(file.folder())) {
      for (Path path :
          all.filter(each -> String.valueOf(each.getFileName()).matches(".*intermediate.*\\.pem"))
              .sorted()
              .toList()) {
        found.addAll(Pem.parse(CaseFile.bytes(path), PEM_LABEL));
      }
    }
    return found;
  }

  private static void certificate(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    List<Bytes> chain = new ArrayList<>(Pem.parse(file.bytes(item.string(FILE)), PEM_LABEL));
    chain.addAll(Pem.parse(file.bytes(item.string("intermediate")), PEM_LABEL));
    String root = item.string(ROOT);
    RootKeys roots =
        root.startsWith("syn-")
            ? RootKeys.none().named(file.bytes(root))
            : GoogleRoots.virtualTpm();
    AkCertificateVerifier verifier = new AkCertificateVerifier(roots);
    Instant at = time(item);
    Optional<VerifiedAk> verified = Verdict.of(item).of(() -> verifier.verify(chain, at));
    if (verified.isPresent() && item.present("instanceInfo").isPresent()) {
      compare(
          verified.get().instance().orElseThrow(() -> new Difference("instance info", "none")),
          item.object("instanceInfo"));
    }
  }

  private static void compare(InstanceInfo found, Json.Obj expected)
      throws Difference, FormatException {
    Difference.require("zone", expected.string("zone"), found.zone());
    Difference.require(
        "projectNumber", expected.integer("projectNumber"), found.projectNumber().longValue());
    Difference.require("projectId", expected.string("projectId"), found.projectId());
    Difference.require(
        "instanceId", expected.integer("instanceId"), found.instanceId().longValue());
    Difference.require("instanceName", expected.string("instanceName"), found.instanceName());
    Map<String, String> properties = new TreeMap<>();
    for (var entry : expected.object("securityPropertiesRaw").members().entrySet()) {
      properties.put(entry.getKey(), entry.getValue().asString("property"));
    }
    Map<String, String> read = new TreeMap<>();
    found.securityProperties().forEach((tag, der) -> read.put(tag.toString(), der.hex()));
    Difference.require("securityProperties", properties, read);
  }

  private static Instant time(Json.Obj item) throws FormatException {
    try {
      return Instant.parse(item.string("time"));
    } catch (DateTimeException _) {
      throw FormatException.unexpected("a time", item.string("time"));
    }
  }
}
