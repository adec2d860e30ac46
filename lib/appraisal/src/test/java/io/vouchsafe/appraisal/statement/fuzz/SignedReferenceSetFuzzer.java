package io.vouchsafe.appraisal.statement.fuzz;

import io.vouchsafe.appraisal.statement.SignedReferenceSet;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DsseEnvelope;
import io.vouchsafe.encoding.FormatException;
import java.util.List;

/// Files of signed reference values; and payloads, which a signer could have signed.
public final class SignedReferenceSetFuzzer {
  private SignedReferenceSetFuzzer() {}

  /// @param data an envelope, or what would stand in one
  public static void fuzzerTestOneInput(byte[] data) {
    content(Bytes.of(data));
    DsseEnvelope around =
        new DsseEnvelope(
            "application/vnd.in-toto+json",
            Bytes.of(data),
            List.of(new DsseEnvelope.Signature("", Bytes.EMPTY)));
    content(around.json().utf8());
  }

  private static void content(Bytes file) {
    try {
      SignedReferenceSet.parse(file).unverifiedContent().contradiction();
    } catch (FormatException _) {
      return;
    }
  }
}
