package io.vouchsafe.evidence.snp.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.snp.SnpEndorsementSource;
import io.vouchsafe.evidence.snp.SnpVerifier;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.Optional;

/// The JSON that guests send.
public final class SnpEvidenceFuzzer {
  private static final Instant AT = Instant.parse("2026-11-25T00:00:00Z");
  private static final SnpVerifier VERIFIER = SnpVerifier.strict(SnpEndorsementSource.NONE);

  private SnpEvidenceFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      VERIFIER.verify(
          Json.parse(Bytes.of(data), JsonLimits.MESSAGE),
          new ExpectedBinding(Bytes.zeros(48), Optional.empty()),
          AT);
    } catch (FormatException | RefusedException _) {
      return;
    }
  }
}
