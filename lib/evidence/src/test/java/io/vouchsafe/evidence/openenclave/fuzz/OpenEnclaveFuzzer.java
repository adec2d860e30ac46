package io.vouchsafe.evidence.openenclave.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.openenclave.CustomClaims;
import io.vouchsafe.evidence.openenclave.OpenEnclaveEvidence;

/// Evidence of Open Enclave and its claims.
public final class OpenEnclaveFuzzer {
  private OpenEnclaveFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    Bytes raw = Bytes.of(data);
    try {
      CustomClaims.parse(OpenEnclaveEvidence.parse(raw).claims());
    } catch (FormatException _) {
      // Documented.
    }
    try {
      CustomClaims.parse(OpenEnclaveEvidence.parseWithoutHeader(raw).claims());
    } catch (FormatException _) {
      // Documented.
    }
    try {
      CustomClaims.parse(raw);
    } catch (FormatException _) {
      // Documented.
    }
  }
}
