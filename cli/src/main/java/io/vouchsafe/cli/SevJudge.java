package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.evidence.sev.SevCaCertificate;
import io.vouchsafe.evidence.sev.SevCertificateFile;
import io.vouchsafe.evidence.sev.SevCheck;
import io.vouchsafe.evidence.sev.SevPlatform;
import io.vouchsafe.evidence.sev.SevUsage;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Judges the certificates of legacy SEV, all that came together: those of a platform with AMD's
/// authorities, or the authorities alone.
///
/// @param all what is common to all evidence
record SevJudge(EvidenceJudge all) {
  private static final String TEE = "sev";
  private static final String OWNER = "owner";
  private static final List<SevUsage> PLATFORM =
      List.of(SevUsage.CEK, SevUsage.OCA, SevUsage.PEK, SevUsage.PDH);

  /// Judges certificates in any order.
  ///
  /// @param source the files that they came from
  /// @throws Failure if the policy is none for them
  Judgement judge(String source, List<SevCertificateFile.Entry> certificates) throws Failure {
    all.requireMembers(TEE, Set.of(OWNER));
    String form = "SEV certificates";
    Checklist checks = new Checklist();
    try {
      Map<SevUsage, Bytes> sorted = sorted(certificates, checks);
      boolean platform = PLATFORM.stream().anyMatch(sorted::containsKey);
      return platform
          ? platform(source, form, sorted, checks)
          : authorities(source, form, sorted, checks);
    } catch (RefusedException e) {
      return Judgement.refused(source, form, TEE, e);
    }
  }

  private static Map<SevUsage, Bytes> sorted(
      List<SevCertificateFile.Entry> certificates, Checklist checks) throws RefusedException {
    Map<SevUsage, Bytes> sorted = new EnumMap<>(SevUsage.class);
    for (SevCertificateFile.Entry each : certificates) {
      Bytes other = sorted.put(each.usage(), each.raw());
      if (other != null && !other.equals(each.raw())) {
        throw checks.refuse(
            SevCheck.CERTIFICATE_FORMAT,
            Code.MALFORMED,
            "the certificates of one platform",
            "two of " + each.usage());
      }
    }
    return sorted;
  }

  private static Bytes need(
      Map<SevUsage, Bytes> sorted, SevUsage usage, SevCheck check, Checklist checks)
      throws RefusedException {
    Optional<Bytes> found = Optional.ofNullable(sorted.get(usage));
    return found.orElseThrow(() ->
        checks.refuse(
            check,
            Code.CHAIN_INVALID,
            "the certificate " + usage + " among the files",
            sorted.keySet() + ""));
  }

  private Judgement platform(
      String source, String form, Map<SevUsage, Bytes> sorted, Checklist checks)
      throws RefusedException, Failure {
    SevPlatform.Certificates certificates =
        new SevPlatform.Certificates(
            need(sorted, SevUsage.ARK, SevCheck.ROOT, checks),
            need(sorted, SevUsage.ASK, SevCheck.AUTHORITY, checks),
            need(sorted, SevUsage.CEK, SevCheck.CHIP, checks),
            need(sorted, SevUsage.OCA, SevCheck.OWNER, checks),
            need(sorted, SevUsage.PEK, SevCheck.PLATFORM, checks),
            need(sorted, SevUsage.PDH, SevCheck.EXCHANGE_KEY, checks));
    Optional<Bytes> owner = owner();
    // The digest says which certificate it must be; what has another is another owner's.
    Optional<Bytes> named =
        owner.map(
            digest -> digest.equals(digest(certificates.oca())) ? certificates.oca() : digest);
    SevPlatform platform = SevPlatform.verify(certificates, all.roots().sev(), named, checks);
    Json.Obj claims =
        Json.object()
            .put("root", digest(certificates.ark()).hex())
            .put("chip", digest(certificates.cek()).hex())
            .put("owner", digest(certificates.oca()).hex())
            .put("exchange_key", digest(certificates.pdh()).hex())
            .put("api_major", platform.exchangeKey().apiMajor())
            .put("api_minor", platform.exchangeKey().apiMinor())
            .build();
    List<Judgement.Unchecked> silent =
        owner.isPresent()
            ? List.of()
            : List.of(new Judgement.Unchecked(SevCheck.OWNER.id(), OWNER));
    return accepted(source, form, checks, silent, platform.anchor(), claims);
  }

  private Judgement authorities(
      String source, String form, Map<SevUsage, Bytes> sorted, Checklist checks)
      throws RefusedException {
    SevCaCertificate root;
    SevCaCertificate intermediate;
    try {
      root = SevCaCertificate.parse(need(sorted, SevUsage.ARK, SevCheck.ROOT, checks));
      intermediate = SevCaCertificate.parse(need(sorted, SevUsage.ASK, SevCheck.AUTHORITY, checks));
    } catch (FormatException e) {
      throw checks.refuse(SevCheck.CERTIFICATE_FORMAT, e.code(), e.expected(), e.found());
    }
    Anchor anchor = SevPlatform.verifyAuthorities(root, intermediate, all.roots().sev(), checks);
    Json.Obj claims =
        Json.object()
            .put("root", digest(root.raw()).hex())
            .put("intermediate", digest(intermediate.raw()).hex())
            .build();
    return accepted(source, form, checks, List.of(), anchor, claims);
  }

  private static Judgement accepted(
      String source,
      String form,
      Checklist checks,
      List<Judgement.Unchecked> silent,
      Anchor anchor,
      Json.Obj claims) {
    return new Judgement(
        source, form, TEE, checks.results(), silent, new Judgement.End.Accepted(anchor, claims));
  }

  private Optional<Bytes> owner() throws Failure {
    try {
      return all.hex(OWNER);
    } catch (FormatException e) {
      throw EvidenceJudge.policyFailure(TEE, e);
    }
  }

  private static Bytes digest(Bytes certificate) {
    return HashAlg.SHA256.digest(certificate);
  }
}
