package io.vouchsafe.evidence.tpm.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.tpm.AkOrigin;
import io.vouchsafe.evidence.tpm.TpmVerifier;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.Optional;

/// Evidence as JSON text, for a verifier that trusts every key: the checks behind that one are what
/// is fuzzed. Nothing can bind the report data that is expected here.
public final class TpmEvidenceFuzzer {
  private static final TpmVerifier TRUSTING =
      new TpmVerifier((name, spki) -> Optional.of(new AkOrigin.Listed()));
  private static final ExpectedBinding BINDING =
      new ExpectedBinding(Bytes.utf8("what no evidence binds here"), Optional.empty());

  private TpmEvidenceFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      TRUSTING.verify(Json.parse(Bytes.of(data), JsonLimits.MESSAGE), BINDING, Instant.EPOCH);
      throw new IllegalStateException("accepted");
    } catch (FormatException | RefusedException _) {
      return;
    }
  }
}
