package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.dcap.IntelCertificate.Role;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A PCK certificate that leads to a pinned root (specs/evidence-x86 §4.4, §4.5).
///
/// @param id SHA-256 of the text that it came in
/// @param all certificates of that text
/// @param platform what it says about its platform
record PckChain(
    Bytes id,
    List<IntelCertificate> all,
    IntelCertificate leaf,
    IntelCertificate issuer,
    DcapRoots.Root root,
    PckExtension platform) {

  /// Verifies the certificates of a quote, which come in any order: their names say what each is.
  static PckChain verify(Bytes text, DcapRoots roots, DcapCache cache, Instant at, Checklist checks)
      throws RefusedException {
    String expected = "a PCK chain to one of " + roots.size() + " pinned roots";
    Bytes id = HashAlg.SHA256.digest(text);
    Optional<PckChain> known = cache.chains().get(id);
    if (known.isPresent()) {
      known.get().judge(expected, at, checks);
      return known.get();
    }
    Map<Role, IntelCertificate> byRole;
    try {
      byRole = roles(IntelCertificate.chain(text));
    } catch (FormatException e) {
      throw checks.refuse(DcapCheck.PCK_CHAIN, Code.CHAIN_INVALID, e.expected(), e.found());
    }
    boolean platformCa = byRole.containsKey(Role.PLATFORM_CA);
    IntelCertificate leaf = byRole.get(Role.PCK);
    IntelCertificate issuer = byRole.get(platformCa ? Role.PLATFORM_CA : Role.PROCESSOR_CA);
    if (leaf == null || issuer == null || platformCa && byRole.containsKey(Role.PROCESSOR_CA)) {
      throw checks.refuse(
          DcapCheck.PCK_CHAIN,
          Code.CHAIN_INVALID,
          "one PCK certificate and the one of its issuer",
          byRole.keySet() + "");
    }
    Optional<DcapRoots.Root> root = roots.issuerOf(issuer);
    Optional<IntelCertificate> sent = Optional.ofNullable(byRole.get(Role.ROOT));
    boolean linked =
        leaf.issuer().equals(issuer.subject())
            && leaf.isSignedBy(issuer.key())
            && root.isPresent()
            && sent.stream()
                .allMatch(own ->
                    own.spki().equals(root.get().spki()) && own.subject().equals(issuer.issuer()));
    if (!linked) {
      throw checks.refuse(DcapCheck.PCK_CHAIN, Code.CHAIN_INVALID, expected, "another chain");
    }
    List<IntelCertificate> all = List.copyOf(byRole.values());
    requireInTime(all, at, checks);
    checks.pass(DcapCheck.PCK_CHAIN, expected, issuer.role() + "");
    PckChain chain = new PckChain(id, all, leaf, issuer, root.get(), extension(leaf, checks));
    cache.chains().put(id, chain);
    return chain;
  }

  /// What can change for a chain that was verified.
  private void judge(String expected, Instant at, Checklist checks) throws RefusedException {
    requireInTime(all, at, checks);
    checks.pass(DcapCheck.PCK_CHAIN, expected, issuer.role() + "");
    checks.pass(DcapCheck.PCK_EXTENSION, "an SGX extension", found(platform));
  }

  private static String found(PckExtension platform) {
    return "FMSPC " + platform.fmspc() + ", PCEID " + platform.pceId();
  }

  private static Map<Role, IntelCertificate> roles(List<IntelCertificate> certificates)
      throws FormatException {
    Map<Role, IntelCertificate> byRole = new EnumMap<>(Role.class);
    for (IntelCertificate certificate : certificates) {
      if (byRole.put(certificate.role(), certificate) != null) {
        throw FormatException.unexpected(
            "one certificate in each role", "two as " + certificate.role());
      }
    }
    if (byRole.containsKey(Role.TCB_SIGNING)) {
      throw FormatException.unexpected("a PCK chain", "a certificate that signs collateral");
    }
    return byRole;
  }

  private static void requireInTime(
      List<IntelCertificate> certificates, Instant at, Checklist checks) throws RefusedException {
    for (IntelCertificate certificate : certificates) {
      if (at.isAfter(certificate.notAfter())) {
        throw checks.refuse(
            DcapCheck.PCK_CHAIN,
            Code.CERT_EXPIRED,
            certificate.role() + " valid at " + at,
            "valid until " + certificate.notAfter());
      }
      if (at.isBefore(certificate.notBefore())) {
        throw checks.refuse(
            DcapCheck.PCK_CHAIN,
            Code.CERT_NOT_YET_VALID,
            certificate.role() + " valid at " + at,
            "valid from " + certificate.notBefore());
      }
    }
  }

  private static PckExtension extension(IntelCertificate leaf, Checklist checks)
      throws RefusedException {
    try {
      PckExtension platform = leaf.extension();
      checks.pass(DcapCheck.PCK_EXTENSION, "an SGX extension", found(platform));
      return platform;
    } catch (FormatException e) {
      throw checks.refuse(DcapCheck.PCK_EXTENSION, Code.CHAIN_INVALID, e.expected(), e.found());
    }
  }
}
