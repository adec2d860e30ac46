package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.FormatException;

/// What Intel says about the security level of a platform (specs/evidence-x86 §4.8). The first
/// seven stand in collateral, the last two follow from an evaluation.
public enum TcbStatus {
  UP_TO_DATE("UpToDate"),
  SW_HARDENING_NEEDED("SWHardeningNeeded"),
  CONFIGURATION_NEEDED("ConfigurationNeeded"),
  CONFIGURATION_AND_SW_HARDENING_NEEDED("ConfigurationAndSWHardeningNeeded"),
  OUT_OF_DATE("OutOfDate"),
  OUT_OF_DATE_CONFIGURATION_NEEDED("OutOfDateConfigurationNeeded"),
  REVOKED("Revoked"),
  /// The host was updated, the guest has to be started again to gain from it.
  TD_RELAUNCH_ADVISED("TDRelaunchAdvised"),
  TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED("TDRelaunchAdvisedConfigurationNeeded");

  private final String text;

  TcbStatus(String text) {
    this.text = text;
  }

  /// As Intel writes it.
  public String text() {
    return text;
  }

  /// The status of a collateral document.
  static TcbStatus parse(String text) throws FormatException {
    for (TcbStatus status : values()) {
      if (status.text.equals(text) && !status.isRelaunch()) {
        return status;
      }
    }
    throw FormatException.unexpected("a TCB status", text);
  }

  /// The status of a result, also one that no document has.
  static TcbStatus ofResult(String text) throws FormatException {
    for (TcbStatus status : values()) {
      if (status.text.equals(text)) {
        return status;
      }
    }
    throw FormatException.unexpected("a TCB status", text);
  }

  private boolean isRelaunch() {
    return this == TD_RELAUNCH_ADVISED || this == TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED;
  }

  boolean isOutOfDate() {
    return this == OUT_OF_DATE || this == OUT_OF_DATE_CONFIGURATION_NEEDED;
  }

  boolean needsConfiguration() {
    return this == CONFIGURATION_NEEDED
        || this == CONFIGURATION_AND_SW_HARDENING_NEEDED
        || this == OUT_OF_DATE_CONFIGURATION_NEEDED;
  }

  /// This status of a platform, given that of its TDX module or quoting enclave, of which anything
  /// but up to date and revoked counts as out of date.
  TcbStatus with(TcbStatus part) {
    if (this == REVOKED || part == REVOKED) {
      return REVOKED;
    }
    if (part == UP_TO_DATE || isOutOfDate()) {
      return this;
    }
    return needsConfiguration() ? OUT_OF_DATE_CONFIGURATION_NEEDED : OUT_OF_DATE;
  }
}
