package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.AttestationResult;
import java.util.Objects;

/// What an attestation came to.
public sealed interface AttestOutcome permits AttestOutcome.Attested, Refused {
  /// The evidence was verified and appraised, which does not say that the appraisal affirms.
  ///
  /// @param result the result
  /// @param token the same as a signed EAR
  record Attested(AttestationResult result, String token) implements AttestOutcome {
    public Attested {
      Objects.requireNonNull(result, "result");
      Objects.requireNonNull(token, "token");
    }
  }
}
