package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.AttestationPolicy;
import io.vouchsafe.appraisal.ReferenceValues;
import io.vouchsafe.appraisal.why.Basis;
import io.vouchsafe.appraisal.why.ExplainedCheck;
import io.vouchsafe.appraisal.why.Explanation;
import io.vouchsafe.appraisal.why.Since;
import io.vouchsafe.appraisal.why.UsedPolicy;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.PolicyState;
import io.vouchsafe.trust.store.ResourceInfo;
import io.vouchsafe.trust.store.Snapshot;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.StoredPolicy;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// How the state of today differs from that which a recorded decision was taken on. A reader who
/// looks at today's policy would otherwise explain a decision by what it was not taken by.
///
/// @param resources without their values
record Today(Snapshot snapshot, Instant now, List<ResourceInfo> resources) {
  private static final String VALUES = "reference-values";
  private static final String RESOURCE = "resource";

  static Today of(Store store, Tenant tenant) throws StoreException {
    return new Today(store.snapshot(tenant), store.now(), store.resources(tenant));
  }

  List<Since> since(Explanation explanation) {
    Set<Since> since = new LinkedHashSet<>();
    explanation.policies().forEach(policy -> policy(policy).ifPresent(since::add));
    for (ExplainedCheck check : explanation.checks()) {
      since.addAll(missingPolicy(check));
      for (Basis basis : check.basis()) {
        if (basis instanceof Basis.Values values) {
          values(check, values).ifPresent(since::add);
        }
      }
    }
    resource(explanation).ifPresent(since::add);
    return List.copyOf(since);
  }

  private Optional<Since> policy(UsedPolicy used) {
    for (StoredPolicy.Kind kind : StoredPolicy.Kind.values()) {
      if (kind.text().equals(used.kind())) {
        return policy(kind, used);
      }
    }
    return Optional.empty();
  }

  private Optional<Since> policy(StoredPolicy.Kind kind, UsedPolicy used) {
    String what = kind.text() + "-policy";
    return switch (snapshot.policy(kind, used.id())) {
      case PolicyState.Missing _ ->
          Optional.of(new Since(what, "The %s policy is gone since.".formatted(kind.text())));
      case PolicyState.Revoked(long version) ->
          Optional.of(
              new Since(
                  what,
                  "The %s policy was revoked since: version %d.".formatted(kind.text(), version)));
      case PolicyState.Active(StoredPolicy policy) when policy.version() != used.version() ->
          Optional.of(
              new Since(
                  what,
                  "The %s policy has changed since: version %d now."
                      .formatted(kind.text(), policy.version())));
      case PolicyState.Active _ -> Optional.empty();
    };
  }

  /// A refusal for want of a policy, where there is one now.
  private List<Since> missingPolicy(ExplainedCheck check) {
    boolean missing =
        check.knownCode().equals(Optional.of(Code.POLICY_REVOKED))
            || check.knownCode().equals(Optional.of(Code.POLICY_MISSING));
    List<Since> since = new ArrayList<>();
    for (StoredPolicy.Kind kind : StoredPolicy.Kind.values()) {
      if (missing
          && check.result().check().equals(Policies.check(kind).id())
          && snapshot.policy(kind, id(kind)) instanceof PolicyState.Active(var policy)) {
        since.add(
            new Since(
                kind.text() + "-policy",
                "The %s policy was put since: version %d is in force now."
                    .formatted(kind.text(), policy.version())));
      }
    }
    return since;
  }

  private static String id(StoredPolicy.Kind kind) {
    return switch (kind) {
      case ATTESTATION -> AttestationPolicy.DEFAULT_ID;
      case RELEASE -> Policies.RELEASE_ID;
    };
  }

  private Optional<Since> values(ExplainedCheck check, Basis.Values values) {
    ReferenceValues today = snapshot.referenceValues();
    String name = values.name();
    if (!values.matched()) {
      boolean there =
          check.failed()
              && today.match(name, Json.of(check.result().found()), now)
                  instanceof ReferenceValues.Match.Matched;
      return there
          ? Optional.of(new Since(VALUES, "`%s` contains what was found now.".formatted(name)))
          : Optional.empty();
    }
    Json value = values.entries().getFirst().json().get("value").orElse(Json.NULL);
    if (today.match(name, value, now) instanceof ReferenceValues.Match.Matched) {
      return Optional.empty();
    }
    boolean ended = today.match(name, value, now) instanceof ReferenceValues.Match.Expired;
    return Optional.of(
        new Since(
            VALUES,
            ended
                ? "The value of `%s` has come to its end since.".formatted(name)
                : "`%s` does not contain the value any more.".formatted(name)));
  }

  private Optional<Since> resource(Explanation explanation) {
    String path = explanation.about().present(RESOURCE).map(Json::plain).orElse("");
    if (path.isEmpty()) {
      return Optional.empty();
    }
    Optional<ResourceInfo> info =
        resources.stream().filter(it -> it.path().equals(path)).findFirst();
    String version = explanation.about().present("version").map(Json::plain).orElse("");
    boolean notFound =
        explanation.refusal().filter(it -> it.code() == Code.RESOURCE_NOT_FOUND).isPresent();
    String sentence = "";
    if (info.isPresent() && notFound) {
      sentence = "The resource was put since: version %d.".formatted(info.get().version());
    } else if (info.isPresent()
        && !version.isEmpty()
        && !version.equals(Long.toString(info.get().version()))) {
      sentence = "The resource has changed since: version %d now.".formatted(info.get().version());
    } else if (info.isEmpty() && !version.isEmpty()) {
      sentence = "The resource was deleted since.";
    }
    return sentence.isEmpty() ? Optional.empty() : Optional.of(new Since(RESOURCE, sentence));
  }
}
