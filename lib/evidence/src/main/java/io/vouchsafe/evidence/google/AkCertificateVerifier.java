package io.vouchsafe.evidence.google;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.RootKeys;
import io.vouchsafe.evidence.internal.Certificate;
import io.vouchsafe.evidence.internal.CertificateChain;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Verifies certificates of the attestation keys of Google's virtual TPMs (specs/evidence-x86
/// §8.3): the checks of [GoogleVtpmCheck] from the certificate to its profile. Such a key is
/// trusted as far as Google is: its operator could sign with it what it likes.
///
/// Immutable, thread-safe.
public final class AkCertificateVerifier {
  private static final CertificateChain.Steps STEPS =
      new CertificateChain.Steps(
          GoogleVtpmCheck.AK_CERTIFICATE, GoogleVtpmCheck.AK_CHAIN, GoogleVtpmCheck.AK_VALIDITY);

  private final RootKeys roots;

  /// @param roots which roots count
  public AkCertificateVerifier(RootKeys roots) {
    this.roots = Objects.requireNonNull(roots, "roots");
  }

  /// Verifies a chain.
  ///
  /// @param chain DER, the attestation key's certificate first; roots are not needed
  /// @param at the time that validity is judged by
  public VerifiedAk verify(List<Bytes> chain, Instant at) throws RefusedException {
    return verify(chain, at, new Checklist());
  }

  VerifiedAk verify(List<Bytes> chain, Instant at, Checklist checks) throws RefusedException {
    CertificateChain verified = CertificateChain.verify(chain, roots, at, STEPS, checks);
    Certificate leaf = verified.leaf();
    try {
      checks.require(
          GoogleVtpmCheck.AK_PROFILE,
          leaf.allows(Certificate.Usage.DIGITAL_SIGNATURE) && !leaf.isAuthority(0),
          Code.CHAIN_INVALID,
          "a key that signs, and no authority",
          "another certificate");
      Bytes extension = leaf.extensions().get(InstanceInfo.EXTENSION);
      Optional<InstanceInfo> instance =
          extension == null ? Optional.empty() : Optional.of(InstanceInfo.parse(extension));
      return new VerifiedAk(verified.key(), instance, verified.root().anchor(), checks.results());
    } catch (FormatException e) {
      throw checks.refuse(GoogleVtpmCheck.AK_PROFILE, Code.MALFORMED, e.expected(), e.found());
    }
  }
}
