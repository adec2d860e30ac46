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

/// A change that can be made at once, or wait for an approval as its JSON.
sealed interface PolicyChange {
  /// Name of the setting that says how many subjects must agree.
  String APPROVALS = "approvals";

  /// What entries call it.
  String action();

  /// The stored form.
  Json.Obj json();

  /// Why it cannot be made as things are.
  Optional<Refusal> obstacle(Transaction tx) throws StoreException;

  /// Makes it.
  ///
  /// @param approvedBy the second subject; empty if none was needed
  PolicyOutcome.Active make(Transaction tx, String by, String approvedBy) throws StoreException;

  /// Another policy is to be in force.
  ///
  /// @param base the version that must be in force then, 0 for none
  record Put(StoredPolicy.Kind kind, String id, Json.Obj body, long base, String comment)
      implements PolicyChange {
    private static final String ACTION = "put-policy";

    @Override
    public String action() {
      return ACTION;
    }

    @Override
    public Json.Obj json() {
      return described(Json.object().put("action", ACTION).put("base", base)).build();
    }

    private Json.ObjBuilder described(Json.ObjBuilder entry) {
      entry
          .put("policy", kind.text())
          .put("policy_id", id)
          .put("digest", PolicyContent.of(body).digest())
          .put("body", body);
      return comment.isEmpty() ? entry : entry.put("comment", comment);
    }

    Json.Obj detail(long version) {
      return described(Json.object().put("version", version)).build();
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

    @Override
    public PolicyOutcome.Active make(Transaction tx, String by, String approvedBy)
        throws StoreException {
      long version = tx.putPolicy(kind, id, body, new PolicyOrigin(by, approvedBy, comment));
      return new PolicyOutcome.Active(version, PolicyContent.of(body).digest());
    }
  }

  /// Another number of subjects must agree from now on.
  record Approvals(long wanted, String comment) implements PolicyChange {
    private static final String ACTION = "set-approvals";

    @Override
    public String action() {
      return ACTION;
    }

    @Override
    public Json.Obj json() {
      Json.ObjBuilder object = Json.object().put("action", ACTION).put(APPROVALS, wanted);
      return comment.isEmpty() ? object.build() : object.put("comment", comment).build();
    }

    @Override
    public Optional<Refusal> obstacle(Transaction tx) {
      return Optional.empty();
    }

    @Override
    public PolicyOutcome.Active make(Transaction tx, String by, String approvedBy)
        throws StoreException {
      tx.putSetting(APPROVALS, wanted);
      return new PolicyOutcome.Active(0, "");
    }
  }

  /// What the entry of a change that was made says.
  default Json.Obj detail(PolicyOutcome.Active made) {
    return switch (this) {
      case Put put -> put.detail(made.version());
      case Approvals it -> it.json().without("action");
    };
  }

  /// The version in force, 0 for none.
  static long inForce(PolicyState state) {
    return state instanceof PolicyState.Active(StoredPolicy policy) ? policy.version() : 0;
  }

  /// Reads the stored form.
  static PolicyChange parse(Json.Obj change) throws FormatException {
    String action = change.string("action");
    String comment = change.optionalString("comment").orElse("");
    return switch (action) {
      case Put.ACTION ->
          new Put(
              StoredPolicy.Kind.valueOf(change.string("policy").toUpperCase(Locale.ROOT)),
              change.string("policy_id"),
              change.object("body"),
              change.integer("base"),
              comment);
      case Approvals.ACTION -> new Approvals(change.integer(APPROVALS), comment);
      default -> throw FormatException.unexpected("a change of a policy or setting", action);
    };
  }
}
