package io.vouchsafe.appraisal.why;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Why a decision was taken, from what was recorded with it. The form in JSON is described in
/// docs/why.md and stable.
///
/// @param head which decision
/// @param about what it was about: resource and version, attestation, facade, subject, …
/// @param refusal why it refused, if it did
/// @param checks in the order in which they ran
/// @param policies that it was taken by
/// @param submodules what the evidence was appraised to
/// @param changes what would have to change, one for each check that failed by itself
/// @param since how today's state differs
public record Explanation(
    Head head,
    Json.Obj about,
    Optional<Refusal> refusal,
    List<ExplainedCheck> checks,
    List<UsedPolicy> policies,
    List<Submodule> submodules,
    List<Change> changes,
    List<Since> since) {
  /// Of the form in JSON. Members may come, none goes without a new number.
  static final long SCHEMA = 1;

  /// Which decision.
  ///
  /// @param id names it
  /// @param at when it was recorded, RFC 3339
  /// @param kind `attest`, `release`, `report`, `admin`, …; `counted` for what is in no entry of
  ///   its own
  /// @param step of the transaction
  /// @param outcome `attested`, `granted`, `refused`, …
  public record Head(String id, String at, String kind, String step, String outcome) {
    public Head {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(at, "at");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(step, "step");
      Objects.requireNonNull(outcome, "outcome");
    }
  }

  public Explanation {
    Objects.requireNonNull(head, "head");
    Objects.requireNonNull(about, "about");
    Objects.requireNonNull(refusal, "refusal");
    checks = List.copyOf(checks);
    policies = List.copyOf(policies);
    submodules = List.copyOf(submodules);
    changes = List.copyOf(changes);
    since = List.copyOf(since);
  }

  /// The same, with how today's state differs.
  public Explanation with(List<Since> differences) {
    return new Explanation(
        head, about, refusal, checks, policies, submodules, changes, differences);
  }

  /// The form that [#parse(Json.Obj)] reads.
  public Json.Obj json() {
    Json.ObjBuilder json =
        Json.object()
            .put("schema", SCHEMA)
            .put("id", head.id())
            .put("at", head.at())
            .put("kind", head.kind())
            .put("step", head.step())
            .put("outcome", head.outcome())
            .put("about", about);
    refusal.ifPresent(why ->
        json.put(
            "refusal",
            Json.object()
                .put("code", why.code().name())
                .put("check", why.check())
                .put("expected", why.expected())
                .put("found", why.found())
                .put("remedy", why.remedy())
                .build()));
    return json.put("checks", Json.array(checks.stream().map(ExplainedCheck::json).toList()))
        .put("policies", Json.array(policies.stream().map(UsedPolicy::json).toList()))
        .put("submodules", Json.array(submodules.stream().map(Submodule::json).toList()))
        .put("changes", Json.array(changes.stream().map(Change::json).toList()))
        .put("since", Json.array(since.stream().map(Since::json).toList()))
        .build();
  }

  @FunctionalInterface
  private interface Parser<T> {
    T parse(Json.Obj object) throws FormatException;
  }

  /// Parses the form of [#json()].
  ///
  /// @throws FormatException if it is of another schema, or a member is missing or of another form
  public static Explanation parse(Json.Obj json) throws FormatException {
    long schema = json.integer("schema");
    if (schema != SCHEMA) {
      throw new FormatException(
          Code.UNSUPPORTED_VERSION, 0, "schema " + SCHEMA, Long.toString(schema));
    }
    return new Explanation(
        new Head(
            json.string("id"),
            json.string("at"),
            json.string("kind"),
            json.string("step"),
            json.string("outcome")),
        json.object("about"),
        json.present("refusal").isPresent()
            ? Optional.of(refusal(json.object("refusal")))
            : Optional.empty(),
        list(json, "checks", ExplainedCheck::parse),
        list(json, "policies", UsedPolicy::parse),
        list(json, "submodules", Submodule::parse),
        list(json, "changes", Change::parse),
        list(json, "since", Since::parse));
  }

  private static Refusal refusal(Json.Obj refusal) throws FormatException {
    try {
      return new Refusal(
          refusal.string("check"),
          Code.valueOf(refusal.string("code")),
          refusal.string("expected"),
          refusal.string("found"),
          refusal.string("remedy"));
    } catch (IllegalArgumentException _) {
      throw FormatException.malformed(0, "a code", '"' + refusal.string("code") + '"');
    }
  }

  private static <T> List<T> list(Json.Obj json, String name, Parser<T> parser)
      throws FormatException {
    List<T> list = new ArrayList<>();
    for (Json item : json.array(name)) {
      list.add(parser.parse(item.asObject(name)));
    }
    return list;
  }
}
