package io.vouchsafe.evidence.snp.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.snp.RevocationLists;
import io.vouchsafe.evidence.snp.SnpTrust;

/// Certificates and revocation lists.
public final class AmdCertificateFuzzer {
  private AmdCertificateFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    Bytes encoded = Bytes.of(data);
    try {
      SnpTrust.none().withRoot(encoded);
    } catch (FormatException _) {
      readList(encoded);
    }
  }

  private static void readList(Bytes encoded) {
    try {
      RevocationLists.read(encoded);
    } catch (FormatException _) {
      return;
    }
  }
}
