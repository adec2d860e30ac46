package io.vouchsafe.trust.core;

import java.time.Instant;
import java.util.Objects;

/// What the evidence must answer.
///
/// @param sessionId 32 hexadecimal digits; whoever has it speaks for the session
/// @param nonce base64 of 32 random bytes; the text is what gets bound
/// @param expires when the session ends
public record Challenge(String sessionId, String nonce, Instant expires) {
  public Challenge {
    Objects.requireNonNull(sessionId, "sessionId");
    Objects.requireNonNull(nonce, "nonce");
    Objects.requireNonNull(expires, "expires");
  }
}
