package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.Json;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/// A session that is not past its end.
///
/// @param tee the kind of its primary evidence
/// @param nonce the text of its challenge
/// @param kept what the facade gave to keep
/// @param expires when it ends
/// @param attested the result, once there is one
public record SessionView(
    String tee,
    String nonce,
    Json.Obj kept,
    Instant expires,
    Optional<AttestOutcome.Attested> attested) {
  public SessionView {
    Objects.requireNonNull(tee, "tee");
    Objects.requireNonNull(nonce, "nonce");
    Objects.requireNonNull(kept, "kept");
    Objects.requireNonNull(expires, "expires");
    Objects.requireNonNull(attested, "attested");
  }
}
