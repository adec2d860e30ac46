package io.vouchsafe.evidence;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.evidence.internal.Certificate;
import io.vouchsafe.evidence.internal.VerifierOnly;
import io.vouchsafe.tpm.HashAlg;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The root keys that certificates of a cloud's virtual TPMs and firmware may lead to. Keys are
/// pinned, not certificates, which get issued again with the same key. Immutable.
public final class RootKeys {
  private static final RootKeys NONE = new RootKeys(List.of());
  private static final String PEM_START = "-----BEGIN ";

  private final List<Root> roots;

  private RootKeys(List<Root> roots) {
    this.roots = List.copyOf(roots);
  }

  /// One root.
  ///
  /// @param name the common name in its certificate
  /// @param key its key
  /// @param from start of its validity
  /// @param until end of its validity, inclusive
  /// @param anchor what the trust in it is
  public record Root(String name, PublicKey key, Instant from, Instant until, Anchor anchor) {
    /// SHA-256 of the SubjectPublicKeyInfo.
    public Bytes fingerprint() {
      return HashAlg.SHA256.digest(Bytes.of(key.getEncoded()));
    }
  }

  /// No root: nothing verifies until one is named.
  public static RootKeys none() {
    return NONE;
  }

  /// For verifiers: roots that are pinned in the program.
  ///
  /// @param verifier what only they have
  public static RootKeys pinned(VerifierOnly verifier, List<Root> roots) {
    Objects.requireNonNull(verifier, "verifier");
    return new RootKeys(roots);
  }

  /// These and one that the operator names. Evidence that leads there is never taken for
  /// production.
  ///
  /// @param certificate of the root, DER or PEM
  /// @throws FormatException if it is no certificate of an authority
  public RootKeys named(Bytes certificate) throws FormatException {
    Certificate parsed = Certificate.parse(isPem(certificate) ? only(certificate) : certificate);
    if (!parsed.isAuthority(0) || !parsed.allows(Certificate.Usage.CERTIFICATE_SIGNING)) {
      throw FormatException.unexpected("the certificate of a root", "another");
    }
    Root named =
        new Root(
            String.join(", ", parsed.commonNames()),
            parsed.key(),
            parsed.notBefore(),
            parsed.notAfter(),
            Anchor.OPERATOR_NAMED);
    List<Root> all = new ArrayList<>(roots);
    if (all.stream().noneMatch(root -> root.fingerprint().equals(named.fingerprint()))) {
      all.add(named);
    }
    return new RootKeys(all);
  }

  private static boolean isPem(Bytes encoded) {
    int length = PEM_START.length();
    return encoded.size() > length && encoded.slice(0, length).equals(Bytes.utf8(PEM_START));
  }

  private static Bytes only(Bytes text) throws FormatException {
    List<Bytes> blocks = Pem.parse(text, "CERTIFICATE");
    if (blocks.size() != 1) {
      throw FormatException.unexpected("one certificate", blocks.size() + " certificates");
    }
    return blocks.getFirst();
  }

  /// The roots, in order.
  public List<Root> roots() {
    return roots;
  }
}
