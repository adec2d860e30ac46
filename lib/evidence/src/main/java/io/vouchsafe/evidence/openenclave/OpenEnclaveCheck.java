package io.vouchsafe.evidence.openenclave;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// What is checked of Open Enclave's evidence beside its quote, whose checks are those of
/// [io.vouchsafe.evidence.dcap.DcapCheck].
public enum OpenEnclaveCheck implements Check {
  FORMAT(
      "openenclave.evidence.format",
      "The evidence is well formed and holds an SGX quote",
      Code.MALFORMED,
      Code.OVERSIZED,
      Code.UNSUPPORTED_VERSION,
      Code.UNSUPPORTED_TEE),
  TEE("openenclave.quote.tee", "The quote is about an enclave", Code.TEE_MISMATCH),
  COLLATERAL(
      "openenclave.collateral", "There is collateral for the platform", Code.COLLATERAL_MISSING),
  BINDING(
      "openenclave.claims.binding",
      "The quote binds the claims, in all 64 bytes",
      Code.REPORT_DATA_MISMATCH),
  CLAIMS(
      "openenclave.claims.expected",
      "The claims are those of this session",
      Code.USER_DATA_MISMATCH);

  private final Definition definition;

  OpenEnclaveCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
