package io.vouchsafe.appraisal.why;

import io.vouchsafe.appraisal.AttestationPolicy;
import io.vouchsafe.appraisal.DecisionTime;
import io.vouchsafe.appraisal.PolicyReplay;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.ReferenceValues;
import io.vouchsafe.appraisal.ReleasePolicy;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Asks the recorded policy again on what was recorded. Empty where that cannot be done: records of
/// older versions lack it.
///
/// @param record of the decision
/// @param watch nanoseconds, for the bound on time
record Replay(Json.Obj record, LongSupplier watch) {
  /// @param policy as recorded
  /// @param compared what the policy looked up
  Optional<Basis> appraisal(
      Json.Obj policy,
      String submodule,
      Optional<Json.Obj> claims,
      List<Json.Obj> compared,
      boolean passed) {
    try {
      return appraisal(policy, submodule, claims, values(compared), time(), passed)
          .map(rules -> rules);
    } catch (FormatException | DateTimeException _) {
      return Optional.empty(); // What was found at the time is recorded as text.
    }
  }

  /// @throws FormatException if the policy cannot be compiled or evaluated
  Optional<Basis.Rules> appraisal(
      Json.Obj policy,
      String submodule,
      Optional<Json.Obj> claims,
      ReferenceValues values,
      DecisionTime time,
      boolean passed)
      throws FormatException {
    String teeClass = submodule.replaceFirst("[0-9]+$", "");
    if (claims.isEmpty()
        || !(AttestationPolicy.parse(body(policy)) instanceof AttestationPolicy.Rego rego)) {
      return Optional.empty();
    }
    Optional<String> text = Optional.ofNullable(rego.texts().get(teeClass));
    if (text.isEmpty()) {
      return Optional.empty();
    }
    PolicyReplay replay = PolicyReplay.appraisal(text.get(), claims.get(), values, time);
    return Optional.of(rules("attestation", teeClass, replay, passed, text.get()));
  }

  Optional<Basis> release(List<Json.Obj> compared, boolean passed) {
    Optional<Json.Obj> policy = Members.object(record, "policy");
    Optional<Json.Obj> input = Members.object(record, "input");
    try {
      if (policy.isEmpty()
          || input.isEmpty()
          || !(ReleasePolicy.parse(body(policy.get())) instanceof ReleasePolicy.Rego rego)) {
        return Optional.empty();
      }
      PolicyReplay replay =
          PolicyReplay.release(rego, input.get(), request(), values(compared), time());
      return Optional.of(rules("release", "", replay, passed, rego.text()));
    } catch (FormatException | DateTimeException _) {
      return Optional.empty(); // What was found at the time is recorded as text.
    }
  }

  private static Json.Obj body(Json.Obj policy) {
    return Members.object(policy, "body").orElse(Json.object().build());
  }

  private ReleasePolicy.Request request() {
    Map<String, String> query = new LinkedHashMap<>();
    Members.object(record, "query")
        .ifPresent(all -> all.members().forEach((name, it) -> query.put(name, it.plain())));
    return new ReleasePolicy.Request(
        "resource", List.of(Members.text(record, "resource").split("/", -1)), query);
  }

  /// Of the decision; only the watch is of today.
  private DecisionTime time() {
    return new DecisionTime(Instant.parse(Members.text(record, "at")), watch);
  }

  private static ReferenceValues values(List<Json.Obj> compared) throws FormatException {
    List<ReferenceValue> values = new ArrayList<>();
    for (Json.Obj names : compared) {
      for (Json.Obj entry : Members.objects(names, "entries")) {
        values.add(ReferenceValue.parse(entry));
      }
    }
    return ReferenceValues.of(values);
  }

  private static Basis.Rules rules(
      String policy, String part, PolicyReplay replay, boolean passed, String text) {
    List<RuleLine> lines = new ArrayList<>();
    replay.explanations().forEach(it -> lines.addAll(RuleLine.of(it, text)));
    return new Basis.Rules(policy, part, replay.affirming() == passed, lines);
  }
}
