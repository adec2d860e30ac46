package io.vouchsafe.evidence.azure.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.evidence.azure.AzureSnpVerifier;
import io.vouchsafe.evidence.azure.AzureTdxVerifier;
import io.vouchsafe.evidence.snp.SnpEndorsementSource;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The JSON that guests send.
public final class AzureEvidenceFuzzer {
  private static final Instant AT = Instant.parse("2026-11-25T00:00:00Z");
  private static final List<Verifier> VERIFIERS =
      List.of(
          AzureSnpVerifier.strict(SnpEndorsementSource.NONE),
          AzureTdxVerifier.strict(platform -> Optional.empty()));

  private AzureEvidenceFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    Json evidence;
    try {
      evidence = Json.parse(Bytes.of(data), JsonLimits.MESSAGE);
    } catch (FormatException _) {
      return;
    }
    for (Verifier verifier : VERIFIERS) {
      verify(verifier, evidence);
    }
  }

  private static void verify(Verifier verifier, Json evidence) {
    try {
      verifier.verify(evidence, new ExpectedBinding(Bytes.zeros(48), Optional.empty()), AT);
    } catch (RefusedException _) {
      return;
    }
  }
}
