package io.vouchsafe.measure;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// What is checked about launch artifacts that are signed or authenticated themselves.
public enum MeasureCheck implements Check {
  ID_BLOCK_SIGNATURE(
      "snp.id-block.signature", "The ID key signed the ID block", Code.SIGNATURE_INVALID),
  ID_KEY_SIGNATURE(
      "snp.id-key.signature", "The author key signed the ID key", Code.SIGNATURE_INVALID),
  SIGSTRUCT_KEY(
      "sgx.sigstruct.key",
      "The enclave's signer has an RSA key of 3072 bits with exponent 3",
      Code.UNSUPPORTED_ALGORITHM,
      Code.WEAK_KEY),
  SIGSTRUCT_SIGNATURE(
      "sgx.sigstruct.signature",
      "The enclave's signer signed what the structure says",
      Code.SIGNATURE_INVALID),
  SIGSTRUCT_QUOTIENTS(
      "sgx.sigstruct.quotients",
      "The quotients that the processor multiplies with are those of key and signature",
      Code.SIGNATURE_INVALID),
  SIGSTRUCT_ENCLAVE(
      "sgx.sigstruct.enclave",
      "The signature structure is for this enclave",
      Code.MEASUREMENT_MISMATCH);

  private final Definition definition;

  MeasureCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
