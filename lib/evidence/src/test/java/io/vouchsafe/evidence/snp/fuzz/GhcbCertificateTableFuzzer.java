package io.vouchsafe.evidence.snp.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.snp.GhcbCertificateTable;

/// Certificate tables of hosts.
public final class GhcbCertificateTableFuzzer {
  private GhcbCertificateTableFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      GhcbCertificateTable.parse(Bytes.of(data)).endorsements();
    } catch (FormatException _) {
      return;
    }
  }
}
