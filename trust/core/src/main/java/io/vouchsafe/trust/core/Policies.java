package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.AttestationPolicy;
import io.vouchsafe.appraisal.ReleasePolicy;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.trust.store.PolicyState;
import io.vouchsafe.trust.store.Snapshot;
import io.vouchsafe.trust.store.StoredPolicy;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;

/// Finds the policy in force, or refuses: without a policy nothing is appraised or released.
final class Policies {
  /// The one release policy of a tenant.
  static final String RELEASE_ID = "release";

  private Policies() {}

  /// The id of the policy of that kind that decides.
  static String id(StoredPolicy.Kind kind) {
    return switch (kind) {
      case ATTESTATION -> AttestationPolicy.DEFAULT_ID;
      case RELEASE -> RELEASE_ID;
    };
  }

  static StoredPolicy active(Snapshot snapshot, StoredPolicy.Kind kind, String id)
      throws RefusedException {
    return switch (snapshot.policy(kind, id)) {
      case PolicyState.Active(StoredPolicy policy) -> policy;
      case PolicyState.Missing _ ->
          throw new RefusedException(
              check(kind), Code.POLICY_MISSING, "a policy in force", "none was ever put");
      case PolicyState.Revoked(long version) ->
          throw new RefusedException(
              check(kind),
              Code.POLICY_REVOKED,
              "a policy in force",
              "version " + version + " was revoked");
    };
  }

  static AttestationPolicy attestation(StoredPolicy policy) throws RefusedException {
    try {
      return AttestationPolicy.parse(policy.body());
    } catch (FormatException e) {
      throw invalid(policy, e);
    }
  }

  static ReleasePolicy release(StoredPolicy policy) throws RefusedException {
    try {
      return ReleasePolicy.parse(policy.body());
    } catch (FormatException e) {
      throw invalid(policy, e);
    }
  }

  private static RefusedException invalid(StoredPolicy policy, FormatException e) {
    return new RefusedException(check(policy.kind()), Code.POLICY_INVALID, e.expected(), e.found());
  }

  static TransactionCheck check(StoredPolicy.Kind kind) {
    return switch (kind) {
      case ATTESTATION -> TransactionCheck.ATTESTATION_POLICY;
      case RELEASE -> TransactionCheck.RELEASE_POLICY;
    };
  }
}
