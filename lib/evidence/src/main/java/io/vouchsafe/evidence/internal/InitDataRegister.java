package io.vouchsafe.evidence.internal;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;

/// The register of a TPM that guests measure their init-data into: its digest, once, from zero.
public final class InitDataRegister {
  /// Its index.
  public static final int PCR = 8;

  /// The bank that it is read from; init-data must be digested with the same algorithm.
  private static final HashAlg BANK = HashAlg.SHA256;

  private InitDataRegister() {}

  /// Requires that the register holds the init-data that is expected, if any is.
  ///
  /// @param check that is passed, or fails with `INIT_DATA_MISMATCH`
  /// @param value of the register in the bank of SHA-256
  public static void require(Check check, Bytes value, ExpectedBinding binding, Checklist checks)
      throws RefusedException {
    if (binding.initData().isEmpty()) {
      checks.notChecked(check, value.hex());
      return;
    }
    Bytes digest = binding.initData().get();
    if (digest.size() != BANK.size()) {
      throw checks.refuse(
          check,
          Code.INIT_DATA_MISMATCH,
          "init-data with algorithm sha256",
          "a digest of " + digest.size() + " bytes");
    }
    Bytes expected = BANK.extend(Bytes.zeros(BANK.size()), digest);
    checks.require(
        check, value.matches(expected), Code.INIT_DATA_MISMATCH, expected.hex(), value.hex());
  }
}
