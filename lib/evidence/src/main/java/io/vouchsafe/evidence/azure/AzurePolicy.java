package io.vouchsafe.evidence.azure;

import io.vouchsafe.encoding.Bytes;
import java.util.Objects;
import java.util.Optional;

/// What an operator asks of Azure's evidence beyond what the policy of the hardware asks.
///
/// @param userData what the user data must be, at most 64 bytes, with zeros behind it; without it,
///   evidence of version 2 must have the report data there and other evidence is not compared
public record AzurePolicy(Optional<Bytes> userData) {
  /// Asks for nothing special.
  public static final AzurePolicy STRICT = new AzurePolicy(Optional.empty());

  public AzurePolicy {
    Objects.requireNonNull(userData, "userData");
  }

  /// This, with a demand on the user data.
  public AzurePolicy withUserData(Bytes expected) {
    return new AzurePolicy(Optional.of(expected));
  }
}
