package io.vouchsafe.appraisal;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.List;

/// The checks of the built-in appraisal of SGX evidence, in the order in which they decide.
public enum SgxAppraisalCheck implements Check {
  TCB_STATUS(
      "appraisal.sgx.tcb-status",
      "Platform and quoting enclave are up to date",
      Code.TCB_NOT_UP_TO_DATE,
      Code.TCB_REVOKED,
      Code.COLLATERAL_MISSING),
  DEBUG("appraisal.sgx.debug", "The enclave cannot be debugged", Code.POLICY_DEBUG),
  MR_ENCLAVE(
      "appraisal.sgx.mr-enclave",
      "The enclave's measurement is that of a reference value",
      Code.MEASUREMENT_MISMATCH,
      Code.NO_REFERENCE_VALUE,
      Code.REFERENCE_VALUE_EXPIRED),
  MR_SIGNER(
      "appraisal.sgx.mr-signer",
      "The enclave's signer is that of a reference value",
      Code.MEASUREMENT_MISMATCH,
      Code.NO_REFERENCE_VALUE,
      Code.REFERENCE_VALUE_EXPIRED),
  PRODUCT(
      "appraisal.sgx.isv-prod-id",
      "The signer calls the enclave a product that is a reference value",
      Code.MEASUREMENT_MISMATCH,
      Code.NO_REFERENCE_VALUE,
      Code.REFERENCE_VALUE_EXPIRED),
  SVN(
      "appraisal.sgx.isv-svn",
      "The enclave's security version reaches the minimum",
      Code.SVN_BELOW_MINIMUM,
      Code.NO_REFERENCE_VALUE),
  INIT_DATA(
      "appraisal.sgx.init-data",
      "The enclave was started with the init-data that it sent, or without any",
      Code.INIT_DATA_UNEXPECTED);

  /// The checks of an enclave that is known by its signer.
  static final List<SgxAppraisalCheck> BY_SIGNER = List.of(MR_SIGNER, PRODUCT, SVN);

  private final Definition definition;

  SgxAppraisalCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
