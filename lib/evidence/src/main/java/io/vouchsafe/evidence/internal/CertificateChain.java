package io.vouchsafe.evidence.internal;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.RootKeys;
import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Certificates that lead from a leaf to a pinned root key, every one of them valid. Revocation is
/// not looked up: a library has no network.
///
/// @param leaf the first certificate
/// @param key its key
/// @param root where the chain ends
public record CertificateChain(Certificate leaf, PublicKey key, RootKeys.Root root) {
  /// Chains that were established before, by their bytes. Belongs to one set of roots. Times are
  /// judged anew at each use; only what leads to a root gets here. Thread-safe.
  public static final class Known {
    private static final int MAX_CHAINS = 512;
    private final RecentlyUsed<List<Bytes>, Established> chains = new RecentlyUsed<>(MAX_CHAINS);
  }

  /// A chain, and the checks that it passed.
  private record Established(
      List<Certificate> path, RootKeys.Root root, List<CheckResult> checks) {}

  /// Most certificates that may come.
  public static final int MAX_CERTIFICATES = 8;

  private static final int MAX_INTERMEDIATES = 4;
  private static final int MIN_RSA_BITS = 2048;
  private static final int MIN_EC_BITS = 256;

  /// The names under which a kind of evidence keeps the steps.
  ///
  /// @param format refuses with [Code#MALFORMED] and [Code#OVERSIZED]
  /// @param chain refuses with [Code#CHAIN_INVALID] and [Code#WEAK_KEY]
  /// @param validity refuses with [Code#CERT_EXPIRED] and [Code#CERT_NOT_YET_VALID]
  public record Steps(Check format, Check chain, Check validity) {}

  /// Establishes the chain.
  ///
  /// @param certificates DER, the leaf's first; the others in any order, and those that the chain
  ///   does not need are passed over
  /// @param at the time that validity is judged by
  public static CertificateChain verify(
      List<Bytes> certificates, RootKeys roots, Instant at, Steps steps, Checklist checks)
      throws RefusedException {
    return valid(establish(certificates, roots, steps, checks), at, steps, checks);
  }

  /// As above, with what was established before under the same roots and steps.
  public static CertificateChain verify(
      List<Bytes> certificates,
      RootKeys roots,
      Instant at,
      Steps steps,
      Known known,
      Checklist checks)
      throws RefusedException {
    Optional<Established> before = known.chains.get(certificates);
    if (before.isPresent()) {
      checks.addAll(before.get().checks());
      return valid(before.get(), at, steps, checks);
    }
    Established chain = establish(certificates, roots, steps, checks);
    known.chains.put(List.copyOf(certificates), chain);
    return valid(chain, at, steps, checks);
  }

  private static CertificateChain valid(
      Established chain, Instant at, Steps steps, Checklist checks) throws RefusedException {
    validity(chain.path(), chain.root(), at, steps.validity(), checks);
    Certificate leaf = chain.path().getFirst();
    try {
      return new CertificateChain(leaf, leaf.key(), chain.root());
    } catch (FormatException e) {
      throw checks.refuse(steps.chain(), Code.CHAIN_INVALID, e.expected(), e.found());
    }
  }

  /// Everything that does not depend on the time.
  private static Established establish(
      List<Bytes> certificates, RootKeys roots, Steps steps, Checklist checks)
      throws RefusedException {
    int first = checks.results().size();
    List<Certificate> parsed = parse(certificates, steps.format(), checks);
    Certificate leaf = parsed.getFirst();
    List<Certificate> path = new ArrayList<>(List.of(leaf));
    String expected = "a chain to one of " + roots.roots().size() + " root keys";
    Optional<RootKeys.Root> root = signer(leaf, roots);
    try {
      while (root.isEmpty() && path.size() <= MAX_INTERMEDIATES) {
        Optional<Certificate> next = issuer(path, parsed);
        if (next.isEmpty()) {
          break;
        }
        path.add(next.get());
        root = signer(next.get(), roots);
      }
      if (root.isEmpty()) {
        throw checks.refuse(
            steps.chain(),
            Code.CHAIN_INVALID,
            expected,
            path.size() + " certificates, the last signed by none of them");
      }
      for (Certificate certificate : path) {
        strong(certificate.key(), steps.chain(), checks);
      }
      checks.pass(steps.chain(), expected, root.get().name());
      List<CheckResult> all = checks.results();
      return new Established(
          List.copyOf(path), root.get(), List.copyOf(all.subList(first, all.size())));
    } catch (FormatException e) {
      throw checks.refuse(steps.chain(), Code.CHAIN_INVALID, e.expected(), e.found());
    }
  }

  private static List<Certificate> parse(List<Bytes> certificates, Check check, Checklist checks)
      throws RefusedException {
    if (certificates.isEmpty()) {
      throw checks.refuse(check, Code.MALFORMED, "a certificate", "none");
    } else if (certificates.size() > MAX_CERTIFICATES) {
      throw checks.refuse(
          check,
          Code.OVERSIZED,
          "at most " + MAX_CERTIFICATES + " certificates",
          certificates.size() + "");
    }
    List<Certificate> parsed = new ArrayList<>();
    try {
      for (Bytes der : certificates) {
        parsed.add(Certificate.parse(der));
      }
    } catch (FormatException e) {
      Code code = e.code() == Code.OVERSIZED ? Code.OVERSIZED : Code.MALFORMED;
      throw checks.refuse(check, code, e.expected(), e.found());
    }
    checks.pass(check, "X.509 certificates", parsed.size() + "");
    return parsed;
  }

  private static Optional<RootKeys.Root> signer(Certificate certificate, RootKeys roots) {
    return roots.roots().stream().filter(root -> certificate.isSignedBy(root.key())).findFirst();
  }

  /// The authority that signed the last certificate of `path`.
  private static Optional<Certificate> issuer(List<Certificate> path, List<Certificate> sent)
      throws FormatException {
    Certificate last = path.getLast();
    for (Certificate candidate : sent) {
      if (candidate.subject().equals(last.issuer())
          && !path.contains(candidate)
          && candidate.isAuthority(path.size() - 1)
          && candidate.allows(Certificate.Usage.CERTIFICATE_SIGNING)
          && last.isSignedBy(candidate.key())) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  private static void strong(PublicKey key, Check check, Checklist checks) throws RefusedException {
    boolean strong =
        switch (key) {
          case RSAKey rsa -> rsa.getModulus().bitLength() >= MIN_RSA_BITS;
          case ECKey ec -> ec.getParams().getCurve().getField().getFieldSize() >= MIN_EC_BITS;
          default -> false;
        };
    if (!strong) {
      throw checks.refuse(
          check,
          Code.WEAK_KEY,
          "RSA of " + MIN_RSA_BITS + " or EC of " + MIN_EC_BITS + " bits at least",
          "a shorter key");
    }
  }

  private static void validity(
      List<Certificate> path, RootKeys.Root root, Instant at, Check check, Checklist checks)
      throws RefusedException {
    Instant from = root.from();
    Instant until = root.until();
    for (Certificate certificate : path) {
      from = certificate.notBefore().isAfter(from) ? certificate.notBefore() : from;
      until = certificate.notAfter().isBefore(until) ? certificate.notAfter() : until;
    }
    String expected = "certificates valid at " + at;
    String found = "valid from " + from + " until " + until;
    if (at.isAfter(until)) {
      throw checks.refuse(check, Code.CERT_EXPIRED, expected, found);
    }
    checks.require(check, !at.isBefore(from), Code.CERT_NOT_YET_VALID, expected, found);
  }
}
