package io.vouchsafe.evidence.google.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.evidence.google.GoogleRoots;
import io.vouchsafe.evidence.google.GoogleVtpmVerifier;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;

/// Attestations of virtual TPMs.
public final class GoogleAttestationFuzzer {
  private static final Instant AT = Instant.parse("2026-11-25T00:00:00Z");
  private static final GoogleVtpmVerifier VERIFIER =
      new GoogleVtpmVerifier(GoogleRoots.virtualTpm(), List.of());

  private GoogleAttestationFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      VERIFIER.verify(Bytes.of(data), Bytes.utf8("nonce"), AT);
    } catch (RefusedException _) {
      return;
    }
  }
}
