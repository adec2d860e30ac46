package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.Bytes;
import java.util.Objects;

/// An attestation key that the tenant's operator listed.
///
/// @param spki public key as SubjectPublicKeyInfo
/// @param label what the operator calls it
public record TrustedAk(Bytes spki, String label) {
  public TrustedAk {
    Objects.requireNonNull(spki, "spki");
    Objects.requireNonNull(label, "label");
  }
}
