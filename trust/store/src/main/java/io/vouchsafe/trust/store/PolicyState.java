package io.vouchsafe.trust.store;

import java.util.Objects;

/// Whether a policy is in force.
public sealed interface PolicyState {
  /// Nobody ever put one.
  record Missing() implements PolicyState {}

  /// The last one was revoked, and none was put since.
  ///
  /// @param version the version that was revoked
  record Revoked(long version) implements PolicyState {}

  /// This one is in force.
  record Active(StoredPolicy policy) implements PolicyState {
    public Active {
      Objects.requireNonNull(policy, "policy");
    }
  }
}
