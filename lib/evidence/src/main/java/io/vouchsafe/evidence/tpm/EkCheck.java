package io.vouchsafe.evidence.tpm;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of an endorsement key and its certificates (TCG EK Credential Profile;
/// specs/evidence-other §2.5), in the order in which they run.
public enum EkCheck implements Check {
  FORMAT(
      "tpm.ek.format",
      "The chain consists of X.509 certificates, the endorsement key's first",
      Code.MALFORMED,
      Code.OVERSIZED),
  CHAIN(
      "tpm.ek.chain",
      "The chain leads to a root that the operator named",
      Code.CHAIN_INVALID,
      Code.CERT_EXPIRED,
      Code.CERT_NOT_YET_VALID),
  PROFILE(
      "tpm.ek.profile",
      "The certificate is one for an endorsement key: extended key usage, key usage, TPM name, no CA",
      Code.CHAIN_INVALID),
  KEY(
      "tpm.ek.key",
      "The certified key is the endorsement key, restricted to unwrapping, and strong enough",
      Code.KEY_ATTRIBUTES,
      Code.WEAK_KEY,
      Code.UNSUPPORTED_ALGORITHM);

  private final Definition definition;

  EkCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
