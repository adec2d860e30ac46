package io.vouchsafe.trust.core;

import java.util.Locale;

/// The steps of the transaction, and what else is recorded.
public enum Step {
  CHALLENGE,
  VERIFY,
  APPRAISE,
  DECIDE,
  RECORD,
  ENROL,
  REPORT,
  ADMIN;

  /// The lower-case name, as it is written in the ledger.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
