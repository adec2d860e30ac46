package io.vouchsafe.evidence.google.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.evidence.google.LaunchEndorsementVerifier;
import io.vouchsafe.evidence.google.LaunchMeasurement;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.Optional;

/// Launch endorsements.
public final class LaunchEndorsementFuzzer {
  private static final Instant AT = Instant.parse("2026-11-25T00:00:00Z");
  private static final LaunchEndorsementVerifier VERIFIER = LaunchEndorsementVerifier.google();
  private static final LaunchMeasurement GUEST =
      new LaunchMeasurement.Tdx(Bytes.zeros(48), Optional.empty());

  private LaunchEndorsementFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      VERIFIER.verify(Bytes.of(data), GUEST, AT);
    } catch (RefusedException _) {
      return;
    }
  }
}
