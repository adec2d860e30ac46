package io.vouchsafe.trust.collateral;

import io.vouchsafe.evidence.dcap.DcapRoots;
import io.vouchsafe.evidence.snp.SnpTrust;
import java.util.Objects;

/// The roots that documents may lead to.
///
/// @param amd of AMD's documents
/// @param intel of Intel's documents
public record CollateralRoots(SnpTrust amd, DcapRoots intel) {
  public CollateralRoots {
    Objects.requireNonNull(amd, "amd");
    Objects.requireNonNull(intel, "intel");
  }

  /// The vendors' own.
  public static CollateralRoots vendors() {
    return new CollateralRoots(SnpTrust.amd(), DcapRoots.intel());
  }
}
