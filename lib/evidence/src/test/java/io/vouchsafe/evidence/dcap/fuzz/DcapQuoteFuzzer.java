package io.vouchsafe.evidence.dcap.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.dcap.DcapPolicy;
import io.vouchsafe.evidence.dcap.DcapRoots;
import io.vouchsafe.evidence.dcap.QuoteVerifier;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.Optional;

/// A quote, verified as far as it gets without collateral.
public final class DcapQuoteFuzzer {
  private static final Instant AT = Instant.parse("2025-07-01T00:00:00Z");
  private static final ExpectedBinding NOTHING = new ExpectedBinding(Bytes.EMPTY, Optional.empty());

  private DcapQuoteFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      new QuoteVerifier(DcapRoots.intel(), DcapPolicy.STRICT)
          .verifyWithoutCollateral(Bytes.of(data), NOTHING, AT);
    } catch (RefusedException _) {
      return;
    }
  }
}
