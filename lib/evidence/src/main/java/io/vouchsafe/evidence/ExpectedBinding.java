package io.vouchsafe.evidence;

import io.vouchsafe.encoding.Bytes;
import java.util.Objects;
import java.util.Optional;

/// What the evidence must have bound, as the facade worked it out from the request. Each verifier
/// fits it to the fields of its TEE.
///
/// @param reportData digest over nonce, key and further evidence
/// @param initData digest of the init-data that was sent
public record ExpectedBinding(Bytes reportData, Optional<Bytes> initData) {
  public ExpectedBinding {
    Objects.requireNonNull(reportData, "reportData");
    Objects.requireNonNull(initData, "initData");
  }
}
