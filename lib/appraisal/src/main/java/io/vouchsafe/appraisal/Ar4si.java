package io.vouchsafe.appraisal;

import static io.vouchsafe.appraisal.TrustVector.Claim.CONFIGURATION;
import static io.vouchsafe.appraisal.TrustVector.Claim.EXECUTABLES;
import static io.vouchsafe.appraisal.TrustVector.Claim.HARDWARE;

/// Values of the trust vector that several appraisals use (draft-ietf-rats-ar4si §2.3.4).
final class Ar4si {
  /// Genuine hardware and firmware without known weaknesses.
  static final int GENUINE_HARDWARE = 2;

  /// Genuine hardware, for which weaknesses are known or nobody said that there are none.
  static final int WEAK_HARDWARE = 32;

  /// Hardware that is known and not to be trusted.
  static final int CONTRAINDICATED_HARDWARE = 96;

  /// A configuration that is known and approved.
  static final int APPROVED_CONFIGURATION = 2;

  /// Nothing but approved executables was started.
  static final int APPROVED_BOOT = 3;

  private static final int UNSAFE_CONFIGURATION = 96;

  private Ar4si() {}

  /// The vector of evidence that a processor signed.
  ///
  /// @param hardware value of that claim
  /// @param closed whether nobody can look into the guest; else nothing it holds is a secret
  /// @param configured whether its configuration was compared and is approved
  /// @param booted whether everything it runs was compared and is approved
  static TrustVector processor(int hardware, boolean closed, boolean configured, boolean booted) {
    int configuration = configured ? APPROVED_CONFIGURATION : NoRuleAppraisal.UNKNOWN_CONFIGURATION;
    return TrustVector.UNSTATED
        .with(HARDWARE, hardware)
        .with(CONFIGURATION, closed ? configuration : UNSAFE_CONFIGURATION)
        .with(EXECUTABLES, booted ? APPROVED_BOOT : NoRuleAppraisal.UNRECOGNISED_EXECUTABLES);
  }
}
