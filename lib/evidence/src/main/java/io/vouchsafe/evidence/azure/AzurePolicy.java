package io.vouchsafe.evidence.azure;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.evidence.RootKeys;
import java.util.Objects;
import java.util.Optional;

/// What an operator asks of Azure's evidence beyond what the policy of the hardware asks.
///
/// @param userData what the user data must be, at most 64 bytes, with zeros behind it; without it,
///   evidence of version 2 must have the report data there and other evidence is not compared
/// @param roots where a certificate of the attestation key must lead to, if one comes
/// @param requireAkCertificate demands such a certificate
/// @param requireNonce refuses where no report data is expected: without it a quote may be of any
///   age
public record AzurePolicy(
    Optional<Bytes> userData, RootKeys roots, boolean requireAkCertificate, boolean requireNonce) {
  /// Asks for nothing special; certificates must be Microsoft's.
  public static final AzurePolicy STRICT =
      new AzurePolicy(Optional.empty(), AzureRoots.virtualTpm(), false, true);

  public AzurePolicy {
    Objects.requireNonNull(userData, "userData");
    Objects.requireNonNull(roots, "roots");
  }

  /// This, with a demand on the user data.
  public AzurePolicy withUserData(Bytes expected) {
    return new AzurePolicy(Optional.of(expected), roots, requireAkCertificate, requireNonce);
  }

  /// This, with other roots for certificates of the attestation key.
  public AzurePolicy withRoots(RootKeys other) {
    return new AzurePolicy(userData, other, requireAkCertificate, requireNonce);
  }

  /// This, demanding a certificate of the attestation key.
  public AzurePolicy requiringAkCertificate() {
    return new AzurePolicy(userData, roots, true, requireNonce);
  }

  /// This, judging evidence of any age where no report data is expected; the checks say that it was
  /// not compared. For evidence that somebody has on file, never for a broker.
  public AzurePolicy withoutNonce() {
    return new AzurePolicy(userData, roots, requireAkCertificate, false);
  }
}
