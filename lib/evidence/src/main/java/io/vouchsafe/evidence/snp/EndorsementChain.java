package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A signing key's certificate with the two above it, the last of which is pinned
/// (specs/evidence-x86 §1.6).
///
/// @param path certificates that hang together
/// @param vek what the signing key's certificate says
record EndorsementChain(Path path, Vek vek) {
  private static final String PINNED = "a pinned root";
  private static final int MAX_LEAVES = 8;
  private static final int MAX_AUTHORITIES = 32;
  private static final int MAX_LISTS = 8;

  /// Certificates up to a pinned root; nothing said yet about times and revocation.
  ///
  /// @param product the line that the authorities are for
  /// @param anchor what the root is
  record Path(
      AmdCertificate leaf,
      AmdAuthority intermediate,
      AmdAuthority root,
      SnpProduct product,
      Anchor anchor) {

    /// The same path to another certificate that the intermediate signed.
    private Path to(AmdCertificate other, Checklist checks) {
      checks.pass(SnpCheck.CHAIN, PINNED, rootText(root));
      return new Path(other, intermediate, root, product, anchor);
    }
  }

  private static String rootText(AmdAuthority root) {
    Bytes fingerprint = HashAlg.SHA256.digest(root.certificate().spki());
    return root.subject().common() + " with key " + fingerprint;
  }

  /// Establishes the chain of a key of the given kind: everything that does not depend on the time.
  static EndorsementChain establish(
      SnpReport.Signer kind, SnpEndorsements endorsements, SnpTrust trust, Checklist checks)
      throws RefusedException {
    return establish(kind, endorsements, trust, new ChainCache(), checks);
  }

  /// As [#establish(SnpReport.Signer, SnpEndorsements, SnpTrust, Checklist)], with authorities that
  /// were verified before.
  static EndorsementChain establish(
      SnpReport.Signer kind,
      SnpEndorsements endorsements,
      SnpTrust trust,
      ChainCache cache,
      Checklist checks)
      throws RefusedException {
    AmdCertificate leaf = leaf(kind, endorsements.leaves(), checks);
    ChainCache.AuthorityKey key =
        new ChainCache.AuthorityKey(kind, leaf.issuer(), endorsements.authorities());
    Optional<Path> known =
        cache
            .authorities()
            .get(key)
            .filter(found -> leaf.signed().isBy(found.intermediate().key()));
    Path path;
    if (known.isPresent()) {
      path = known.get().to(leaf, checks);
    } else {
      path = path(kind, leaf, authorities(endorsements.authorities(), checks), trust, checks);
      cache.authorities().put(key, path);
    }
    try {
      Vek vek = Vek.of(leaf, kind, path.product());
      checks.pass(
          SnpCheck.ENDORSED_KEY, "what a " + kind + " certificate must hold", vek.productName());
      return new EndorsementChain(path, vek);
    } catch (FormatException e) {
      throw checks.refuse(SnpCheck.ENDORSED_KEY, Code.CHAIN_INVALID, e.expected(), e.found());
    }
  }

  /// Judges revocation and validity.
  ///
  /// @param known lists that were found genuine before
  void judge(
      List<Bytes> revocationLists,
      boolean listDemanded,
      ChainCache known,
      Instant at,
      Checklist checks)
      throws RefusedException {
    revocation(path, revocationLists, listDemanded, known, at, checks);
    validity(certificates(), at, checks);
  }

  /// Judges validity only.
  void judgeTimes(Instant at, Checklist checks) throws RefusedException {
    checks.notChecked(SnpCheck.REVOCATION, "no revocation list");
    validity(certificates(), at, checks);
  }

  /// Those above the signing key.
  ///
  /// @param anchor what the root is
  record Authorities(AmdAuthority intermediate, AmdAuthority root, Anchor anchor) {}

  /// Establishes the authorities of a line without a signing key: everything that does not depend
  /// on the time.
  ///
  /// @param encoded the two of them, in any order, and no others
  static Authorities authorities(
      SnpReport.Signer kind,
      SnpProduct product,
      List<Bytes> encoded,
      SnpTrust trust,
      Checklist checks)
      throws RefusedException {
    String wanted = (kind == SnpReport.Signer.VLEK ? "SEV-VLEK-" : "SEV-") + product.line();
    List<AmdAuthority> readable = authorities(encoded, checks);
    Optional<AmdAuthority> intermediate =
        readable.stream().filter(each -> each.subject().common().equals(wanted)).findFirst();
    Optional<AmdAuthority> root =
        intermediate.flatMap(found -> signer(found.certificate(), readable));
    if (root.isEmpty() || encoded.size() != 2) {
      throw invalid(
          checks,
          "certificates of %s and ARK-%s".formatted(wanted, product.line()),
          "%d certificates, %d of them readable".formatted(encoded.size(), readable.size()));
    }
    Bytes fingerprint = HashAlg.SHA256.digest(root.get().certificate().spki());
    Anchor anchor =
        trust
            .anchor(product, fingerprint)
            .orElseThrow(() ->
                invalid(
                    checks,
                    "a pinned root of " + product.line(),
                    "a root with key " + fingerprint));
    requireRoles(root.get(), intermediate.get(), product, checks);
    return new Authorities(intermediate.get(), root.get(), anchor);
  }

  /// The signing key's certificate, then those above it.
  List<AmdCertificate> certificates() {
    return List.of(path.leaf(), path.intermediate().certificate(), path.root().certificate());
  }

  SnpProduct product() {
    return path.product();
  }

  Anchor anchor() {
    return path.anchor();
  }

  private static AmdCertificate leaf(SnpReport.Signer kind, List<Bytes> encoded, Checklist checks)
      throws RefusedException {
    bound(encoded, MAX_LEAVES, "certificates of signing keys", checks);
    List<AmdCertificate> leaves = new ArrayList<>();
    try {
      for (Bytes certificate : encoded) {
        leaves.add(AmdCertificate.parse(certificate));
      }
    } catch (FormatException e) {
      throw checks.refuse(SnpCheck.ENDORSEMENT_FORMAT, e.code(), e.expected(), e.found());
    }
    checks.pass(
        SnpCheck.ENDORSEMENT_FORMAT, "certificates of signing keys", leaves.size() + " of them");
    String expected = "a report signed by a VCEK or VLEK, and that certificate";
    if (kind == SnpReport.Signer.NONE || kind == SnpReport.Signer.RESERVED) {
      throw checks.refuse(
          SnpCheck.SIGNER, Code.SIGNER_MISMATCH, expected, "a report signed by " + kind);
    } else if (leaves.isEmpty()) {
      throw checks.refuse(SnpCheck.SIGNER, Code.CHAIN_INVALID, expected, "no certificate");
    }
    for (AmdCertificate leaf : leaves) {
      if (leaf.subject().common().equals("SEV-" + kind)) {
        checks.pass(SnpCheck.SIGNER, expected, kind.toString());
        return leaf;
      }
    }
    throw checks.refuse(
        SnpCheck.SIGNER,
        Code.SIGNER_MISMATCH,
        "a certificate for SEV-" + kind,
        "one for " + leaves.getFirst().subject());
  }

  private static void bound(List<Bytes> items, int max, String what, Checklist checks)
      throws RefusedException {
    if (items.size() > max) {
      throw checks.refuse(
          SnpCheck.ENDORSEMENT_FORMAT,
          Code.OVERSIZED,
          "at most " + max + " " + what,
          items.size() + "");
    }
  }

  /// Those that can be read: some hosts deliver others, which are hints at most.
  private static List<AmdAuthority> authorities(List<Bytes> encoded, Checklist checks)
      throws RefusedException {
    bound(encoded, MAX_AUTHORITIES, "certificates of authorities", checks);
    List<AmdAuthority> authorities = new ArrayList<>();
    for (Bytes certificate : encoded) {
      readable(certificate).ifPresent(authorities::add);
    }
    return authorities;
  }

  private static Optional<AmdAuthority> readable(Bytes certificate) {
    try {
      return Optional.of(AmdAuthority.parse(certificate));
    } catch (FormatException _) {
      return Optional.empty();
    }
  }

  private static Path path(
      SnpReport.Signer kind,
      AmdCertificate leaf,
      List<AmdAuthority> authorities,
      SnpTrust trust,
      Checklist checks)
      throws RefusedException {
    String prefix = kind == SnpReport.Signer.VCEK ? "SEV-" : "SEV-VLEK-";
    String issuer = leaf.issuer().common();
    Optional<SnpProduct> product =
        issuer.startsWith(prefix)
            ? trust.line(issuer.substring(prefix.length()))
            : Optional.empty();
    if (product.isEmpty()) {
      throw invalid(checks, "a " + kind + " issued by " + prefix + "<line>", "" + leaf.issuer());
    }
    AmdAuthority intermediate =
        signer(leaf, authorities)
            .orElseThrow(() -> invalid(checks, "a certificate of " + issuer, "none that signed"));
    AmdAuthority root =
        signer(intermediate.certificate(), authorities)
            .orElseThrow(() ->
                invalid(
                    checks,
                    "a certificate of ARK-" + product.get().line(),
                    "none that signed " + issuer));
    Bytes fingerprint = HashAlg.SHA256.digest(root.certificate().spki());
    Optional<Anchor> anchor = trust.anchor(product.get(), fingerprint);
    if (anchor.isEmpty()) {
      throw invalid(
          checks, "a pinned root of " + product.get().line(), "a root with key " + fingerprint);
    }
    requireRoles(root, intermediate, product.get(), checks);
    checks.pass(SnpCheck.CHAIN, PINNED, rootText(root));
    return new Path(leaf, intermediate, root, product.get(), anchor.get());
  }

  private static RefusedException invalid(Checklist checks, String expected, String found) {
    return checks.refuse(SnpCheck.CHAIN, Code.CHAIN_INVALID, expected, found);
  }

  private static Optional<AmdAuthority> signer(
      AmdCertificate certificate, List<AmdAuthority> authorities) {
    return authorities.stream()
        .filter(authority -> authority.subject().equals(certificate.issuer()))
        .filter(authority -> certificate.signed().isBy(authority.key()))
        .findFirst();
  }

  private static void requireRoles(
      AmdAuthority root, AmdAuthority intermediate, SnpProduct product, Checklist checks)
      throws RefusedException {
    boolean selfSigned =
        root.subject().equals(root.certificate().issuer())
            && root.certificate().signed().isBy(root.key());
    boolean limited =
        root.pathLength().isPresent() && root.pathLength().get().compareTo(BigInteger.ONE) < 0;
    if (!root.subject().common().equals("ARK-" + product.line()) || !selfSigned || limited) {
      throw invalid(
          checks, "ARK-" + product.line() + ", signed by itself", root.subject().toString());
    }
    int bits = Math.min(root.bits(), intermediate.bits());
    if (bits < AmdAuthority.MIN_BITS) {
      throw checks.refuse(
          SnpCheck.CHAIN,
          Code.WEAK_KEY,
          "RSA of at least " + AmdAuthority.MIN_BITS + " bits",
          bits + " bits");
    }
  }

  private static void revocation(
      Path path,
      List<Bytes> encoded,
      boolean demanded,
      ChainCache known,
      Instant at,
      Checklist checks)
      throws RefusedException {
    AmdName issuer = path.root().subject();
    if (encoded.isEmpty() && !demanded) {
      checks.notChecked(SnpCheck.REVOCATION, "no revocation list of " + issuer.common());
      return;
    }
    bound(encoded, MAX_LISTS, "revocation lists", checks);
    Optional<Instant> until = Optional.empty();
    for (Bytes der : encoded) {
      ChainCache.ListKey key = new ChainCache.ListKey(path.root().certificate().spki(), der);
      Optional<AmdRevocationList> genuine = known.lists().get(key);
      AmdRevocationList list = genuine.isPresent() ? genuine.get() : read(der, checks);
      if (list.issuer().equals(issuer)) {
        if (genuine.isEmpty()) {
          requireGenuine(path.root(), list, at, checks);
          known.lists().put(key, list);
        }
        requireInTime(path.root(), list, at, checks);
        requireAbsent(List.of(path.intermediate(), path.root()), list, checks);
        until = Optional.of(list.nextUpdate());
      }
    }
    if (until.isEmpty()) {
      throw checks.refuse(
          SnpCheck.REVOCATION,
          encoded.isEmpty() ? Code.COLLATERAL_MISSING : Code.COLLATERAL_MISMATCH,
          "a revocation list of " + issuer.common(),
          encoded.isEmpty() ? "none at hand" : "lists of others only");
    }
    checks.pass(
        SnpCheck.REVOCATION, "no certificate of the chain", "a list good until " + until.get());
  }

  static AmdRevocationList read(Bytes der, Checklist checks) throws RefusedException {
    try {
      return AmdRevocationList.parse(der);
    } catch (FormatException e) {
      throw checks.refuse(SnpCheck.REVOCATION, Code.COLLATERAL_INVALID, e.expected(), e.found());
    }
  }

  private static String goodList(AmdAuthority root, Instant at) {
    return "a revocation list by " + root.subject().common() + " good at " + at;
  }

  /// Whether `root` signed a list.
  static void requireGenuine(
      AmdAuthority root, AmdRevocationList list, Instant at, Checklist checks)
      throws RefusedException {
    if (!list.signed().isBy(root.key())) {
      throw checks.refuse(
          SnpCheck.REVOCATION,
          Code.COLLATERAL_SIGNATURE_INVALID,
          goodList(root, at),
          "a signature that does not verify");
    }
  }

  /// Whether a list is in its time.
  static void requireInTime(AmdAuthority root, AmdRevocationList list, Instant at, Checklist checks)
      throws RefusedException {
    if (at.isBefore(list.thisUpdate())) {
      throw checks.refuse(
          SnpCheck.REVOCATION,
          Code.COLLATERAL_NOT_YET_VALID,
          goodList(root, at),
          "one from " + list.thisUpdate());
    } else if (at.isAfter(list.nextUpdate())) {
      throw checks.refuse(
          SnpCheck.REVOCATION,
          Code.COLLATERAL_EXPIRED,
          goodList(root, at),
          "one until " + list.nextUpdate());
    }
  }

  private static void requireAbsent(
      List<AmdAuthority> judged, AmdRevocationList list, Checklist checks) throws RefusedException {
    for (AmdAuthority authority : judged) {
      if (list.serials().contains(authority.certificate().serial())) {
        throw checks.refuse(
            SnpCheck.REVOCATION,
            Code.REVOKED,
            "no certificate of the chain on the list",
            authority.subject().common());
      }
    }
  }

  /// Whether certificates are valid, the one that is named in the result first.
  static void validity(List<AmdCertificate> certificates, Instant at, Checklist checks)
      throws RefusedException {
    for (AmdCertificate certificate : certificates) {
      String expected = certificate.subject().common() + " valid at " + at;
      if (at.isBefore(certificate.notBefore())) {
        throw checks.refuse(
            SnpCheck.VALIDITY,
            Code.CERT_NOT_YET_VALID,
            expected,
            "valid from " + certificate.notBefore());
      } else if (at.isAfter(certificate.notAfter())) {
        throw checks.refuse(
            SnpCheck.VALIDITY,
            Code.CERT_EXPIRED,
            expected,
            "valid until " + certificate.notAfter());
      }
    }
    checks.pass(
        SnpCheck.VALIDITY,
        "certificates valid at " + at,
        "the signing key's from "
            + certificates.getFirst().notBefore()
            + " until "
            + certificates.getFirst().notAfter());
  }
}
