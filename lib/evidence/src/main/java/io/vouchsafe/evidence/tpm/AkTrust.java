package io.vouchsafe.evidence.tpm;

import io.vouchsafe.encoding.Bytes;
import java.util.Optional;

/// Knows which attestation keys a tenant trusts. A key that is named only inside of the evidence
/// proves nothing.
@FunctionalInterface
public interface AkTrust {
  /// Why the key is trusted; empty if it is not.
  ///
  /// @param akName TPM Name of the key; empty where only the bare public key came
  /// @param spkiDer the public key as SubjectPublicKeyInfo
  Optional<AkOrigin> origin(Bytes akName, Bytes spkiDer);
}
