package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.PolicyOrigin;
import io.vouchsafe.trust.store.PolicyState;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.StoredPolicy;
import io.vouchsafe.trust.store.Transaction;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import java.util.Locale;
import java.util.Optional;

/// Another policy is to be in force.
///
/// @param base the version that must be in force then, 0 for none
record PolicyChange(StoredPolicy.Kind kind, String id, Json.Obj body, long base, String comment)
    implements AdminChange {
  static final String ACTION = "put-policy";

  static PolicyChange parse(Json.Obj change) throws FormatException {
    return new PolicyChange(
        StoredPolicy.Kind.valueOf(change.string("policy").toUpperCase(Locale.ROOT)),
        change.string("policy_id"),
        change.object("body"),
        change.integer("base"),
        change.optionalString("comment").orElse(""));
  }

  @Override
  public String action() {
    return ACTION;
  }

  @Override
  public Json.Obj json() {
    return described(Json.object().put(AdminChange.ACTION, ACTION).put("base", base)).build();
  }

  private Json.ObjBuilder described(Json.ObjBuilder entry) {
    entry
        .put("policy", kind.text())
        .put("policy_id", id)
        .put("digest", PolicyContent.of(body).digest())
        .put("body", body);
    return comment.isEmpty() ? entry : entry.put("comment", comment);
  }

  @Override
  public Optional<Refusal> obstacle(Transaction tx) throws StoreException {
    PolicyState state = tx.policy(kind, id);
    return inForce(state) == base
        ? Optional.empty()
        : Optional.of(
            Refusal.of(
                AdminCheck.POLICY_VERSION,
                Code.POLICY_CHANGED,
                base == 0 ? "no policy in force" : "version " + base + " in force",
                text(state)));
  }

  private static String text(PolicyState state) {
    return switch (state) {
      case PolicyState.Missing _ -> "none was ever put";
      case PolicyState.Revoked(long version) -> "version " + version + " was revoked";
      case PolicyState.Active(StoredPolicy policy) ->
          "version %d, put at %s by %s".formatted(policy.version(), policy.at(), policy.by());
    };
  }

  /// The version in force, 0 for none.
  static long inForce(PolicyState state) {
    return state instanceof PolicyState.Active(StoredPolicy policy) ? policy.version() : 0;
  }

  @Override
  public Done make(Transaction tx, String by, String approvedBy) throws StoreException {
    long version = tx.putPolicy(kind, id, body, new PolicyOrigin(by, approvedBy, comment));
    return new Done(
        new ChangeOutcome.InForce(version, PolicyContent.of(body).digest()),
        described(Json.object().put("version", version)).build());
  }
}
