package io.vouchsafe.appraisal.fuzz;

import io.vouchsafe.appraisal.AttestationPolicy;
import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.appraisal.DecisionTime;
import io.vouchsafe.appraisal.ReferenceValues;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.time.Instant;

/// Claim sets of tokens: reading one, appraising it again, and looking for its key.
public final class EarTokenFuzzer {
  private EarTokenFuzzer() {}

  /// @param data the claim set
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      AttestationResult result =
          AttestationResult.ofVerifiedClaims(Json.parseObject(Bytes.of(data), JsonLimits.MESSAGE));
      result.again(
          AttestationPolicy.DEFAULT,
          ReferenceValues.NONE,
          new DecisionTime(Instant.EPOCH, () -> 0));
      result.teePublicKey();
    } catch (FormatException _) {
      return;
    }
  }
}
