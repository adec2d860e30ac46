package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import java.util.Optional;

/// Hands collateral in. It answers from what it holds: a verification waits for nobody.
/// Thread-safe.
@FunctionalInterface
public interface CollateralSource {
  /// The collateral of a platform, if it is at hand.
  ///
  /// @param platform of a certificate that leads to a pinned root
  Optional<Collateral> collateral(Platform platform);

  /// The PCK certificate and its issuer for a quote that does not bring them, PEM.
  default Optional<Bytes> pckChain(Quote quote) {
    return Optional.empty();
  }

  /// Which collateral is wanted.
  ///
  /// @param fmspc 6 bytes
  /// @param platformCa whether the PCK certificate is of the CA for platforms with several
  ///   packages, else of the one for single processors
  record Platform(TeeKind tee, Bytes fmspc, boolean platformCa) {}
}
