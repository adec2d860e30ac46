package io.vouchsafe.evidence.azure;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.tpm.TpmsAttest;

/// What the quote in the evidence of a guest on Azure says that it answers. Nothing of it is
/// verified: who compares evidence with this learns nothing about its age.
public final class ClaimedNonce {
  private ClaimedNonce() {}

  /// Of `az-snp-vtpm` evidence.
  ///
  /// @throws FormatException if it is none
  public static Bytes ofSnp(Json evidence) throws FormatException {
    return of(AzureEvidence.snp(evidence));
  }

  /// Of `az-tdx-vtpm` evidence.
  ///
  /// @throws FormatException if it is none
  public static Bytes ofTdx(Json evidence) throws FormatException {
    return of(AzureEvidence.tdx(evidence));
  }

  private static Bytes of(AzureEvidence evidence) throws FormatException {
    return TpmsAttest.parse(evidence.message()).extraData();
  }
}
