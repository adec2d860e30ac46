package io.vouchsafe.evidence.tpm;

import io.vouchsafe.encoding.Bytes;

/// Why an attestation key is trusted.
public sealed interface AkOrigin {
  /// It was enrolled: a TPM with that endorsement key proved that it holds it.
  ///
  /// @param ekDigest SHA-256 of the endorsement key's SubjectPublicKeyInfo
  record Enrolled(Bytes ekDigest) implements AkOrigin {}

  /// The tenant's operator listed it.
  record Listed() implements AkOrigin {}
}
