package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.Bytes;
import java.util.Objects;

/// An attestation key and the endorsement key that it was enrolled with, for good.
///
/// @param akName TPM Name of the attestation key
/// @param akSpki its public key as SubjectPublicKeyInfo
/// @param ekDigest SHA-256 of the endorsement key's SubjectPublicKeyInfo
public record AkBinding(Bytes akName, Bytes akSpki, Bytes ekDigest) {
  public AkBinding {
    Objects.requireNonNull(akName, "akName");
    Objects.requireNonNull(akSpki, "akSpki");
    Objects.requireNonNull(ekDigest, "ekDigest");
  }
}
