package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.Json;
import java.util.Objects;

/// A guest wants to attest.
///
/// @param tee the kind of its primary evidence
/// @param kept what the facade wants to find in the session again: protocol version, hash algorithm
public record ChallengeRequest(String tee, Json.Obj kept) {
  public ChallengeRequest {
    Objects.requireNonNull(tee, "tee");
    Objects.requireNonNull(kept, "kept");
  }
}
