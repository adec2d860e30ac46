package io.vouchsafe.trust.core;

/// What a wanted change of a policy came to.
public sealed interface PolicyOutcome {
  /// It is in force.
  ///
  /// @param version of the policy; 0 for a change of a setting
  /// @param digest of its content, as in [PolicyContent]; empty for a change of a setting
  record Active(long version, String digest) implements PolicyOutcome {}

  /// It waits for the approval of a second subject.
  ///
  /// @param number of the proposal
  record Proposed(long number) implements PolicyOutcome {}
}
