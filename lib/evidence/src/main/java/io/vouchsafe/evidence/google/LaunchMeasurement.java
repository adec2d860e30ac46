package io.vouchsafe.evidence.google;

import io.vouchsafe.encoding.Bytes;
import java.util.Optional;

/// What has to be endorsed: taken from a verified report or quote, never from the endorsement.
public sealed interface LaunchMeasurement {
  /// Of SEV-SNP.
  ///
  /// @param measurement MEASUREMENT of the report
  /// @param processors of the machine; without it the measurement may be for any number
  record Snp(Bytes measurement, Optional<Long> processors) implements LaunchMeasurement {}

  /// Of TDX.
  ///
  /// @param mrtd MRTD of the quote
  /// @param ramGib memory of the machine; without it the measurement may be for any size
  record Tdx(Bytes mrtd, Optional<Long> ramGib) implements LaunchMeasurement {}
}
