package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;

/// Lets fuzz targets reach the reader of revocation lists, which is not public.
public final class RevocationLists {
  private RevocationLists() {}

  /// Reads a list.
  public static void read(Bytes der) throws FormatException {
    AmdRevocationList.parse(der);
  }
}
