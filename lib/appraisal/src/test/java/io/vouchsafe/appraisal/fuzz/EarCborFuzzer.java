package io.vouchsafe.appraisal.fuzz;

import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.appraisal.EarToken;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;

/// A claim set in CBOR.
public final class EarCborFuzzer {
  private EarCborFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      Json.Obj claims = EarToken.claims(Bytes.of(data));
      AttestationResult.ofVerifiedClaims(claims.with("exp", Json.of(1)));
    } catch (FormatException _) {
      return;
    }
  }
}
