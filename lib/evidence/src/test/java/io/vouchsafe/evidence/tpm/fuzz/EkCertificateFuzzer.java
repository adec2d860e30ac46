package io.vouchsafe.evidence.tpm.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.tpm.EkCertificates;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;

/// A certificate that is its own root: so that what follows the chain is fuzzed too.
public final class EkCertificateFuzzer {
  private static final Instant AT = Instant.parse("2026-11-25T00:00:00Z");

  private EkCertificateFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    Bytes certificate = Bytes.of(data);
    try {
      EkCertificates.of(List.of(certificate)).verify(List.of(certificate), AT);
    } catch (FormatException | RefusedException _) {
      return;
    }
  }
}
