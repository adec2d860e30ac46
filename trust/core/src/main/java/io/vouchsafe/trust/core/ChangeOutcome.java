package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.ReferenceSource;
import io.vouchsafe.encoding.Bytes;

/// What a wanted change came to.
public sealed interface ChangeOutcome {
  /// It waits for the approval of a second subject.
  ///
  /// @param number of the proposal
  /// @param digest SHA-256 of what is to be done, hexadecimal: what an approver can insist on
  record Proposed(long number, String digest) implements ChangeOutcome {}

  /// It was made.
  sealed interface Made extends ChangeOutcome {}

  /// A policy is in force.
  ///
  /// @param version of the policy
  /// @param digest of its content, as in [PolicyContent]
  record InForce(long version, String digest) implements Made {}

  /// Another number of subjects must agree.
  record ApprovalsSet(long wanted) implements Made {}

  /// An attestation key is on the tenant's list.
  ///
  /// @param spki its SubjectPublicKeyInfo
  record KeyTrusted(Bytes spki) implements Made {}

  /// Reference values were put or taken out of force.
  ///
  /// @param added how many are in force by it
  /// @param removed how many are not in force any more
  record ValuesChanged(int added, int removed) implements Made {}

  /// A signed set of reference values was taken, or an older one was restored.
  ///
  /// @param source names the statement
  /// @param added how many values are in force by it
  /// @param removed how many values of the same set are not in force any more
  /// @param expired how many values of it were past their end
  record SetTaken(ReferenceSource source, int added, int removed, int expired) implements Made {}
}
