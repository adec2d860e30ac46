package io.vouchsafe.evidence;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;

/// Tells whether evidence of one kind is genuine, fresh and bound. Thread-safe; held for the life
/// of a server.
public interface Verifier {
  /// The kind of evidence, as on the wire.
  String tee();

  /// Verifies `evidence`.
  ///
  /// @param evidence as it came, nothing of it verified
  /// @param binding what it must have bound
  /// @param at the time that certificates are judged by
  /// @throws RefusedException with every check up to the one that failed
  VerifiedEvidence verify(Json evidence, ExpectedBinding binding, Instant at)
      throws RefusedException;
}
