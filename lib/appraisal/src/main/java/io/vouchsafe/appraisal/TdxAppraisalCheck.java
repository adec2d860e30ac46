package io.vouchsafe.appraisal;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of the built-in appraisal of TDX evidence, in the order in which they decide.
public enum TdxAppraisalCheck implements Check {
  TCB_STATUS(
      "appraisal.tdx.tcb-status",
      "Platform, module and quoting enclave are up to date",
      Code.TCB_NOT_UP_TO_DATE,
      Code.TCB_REVOKED,
      Code.COLLATERAL_MISSING),
  DEBUG("appraisal.tdx.debug", "The guest cannot be debugged by its host", Code.POLICY_DEBUG),
  MR_TD("appraisal.tdx.mr-td", "MRTD, the firmware, is that of a reference value"),
  RTMR_0("appraisal.tdx.rtmr-0", "RTMR 0, the firmware's settings, is that of a reference value"),
  RTMR_1("appraisal.tdx.rtmr-1", "RTMR 1, boot loader and kernel, is that of a reference value"),
  RTMR_2("appraisal.tdx.rtmr-2", "RTMR 2, what they loaded, is that of a reference value"),
  RTMR_3(
      "appraisal.tdx.rtmr-3",
      "RTMR 3, for the guest's own use, is that of a reference value, or zero"),
  INIT_DATA(
      "appraisal.tdx.init-data",
      "The guest was started with the init-data that it sent, or without any",
      Code.INIT_DATA_UNEXPECTED);

  private final Definition definition;

  TdxAppraisalCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  /// A comparison with reference values.
  TdxAppraisalCheck(String id, String title) {
    this(
        id,
        title,
        Code.MEASUREMENT_MISMATCH,
        Code.NO_REFERENCE_VALUE,
        Code.REFERENCE_VALUE_EXPIRED);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
