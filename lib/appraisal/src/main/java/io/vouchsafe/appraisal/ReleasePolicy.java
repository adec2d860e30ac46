package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Says whether an attested guest may have a thing. A policy is data, like [AttestationPolicy].
public sealed interface ReleasePolicy {
  /// The policy that is in force when a server starts for the first time.
  ReleasePolicy DEFAULT = new BuiltIn(BuiltIn.Rules.DEFAULT);

  /// What is asked for.
  ///
  /// @param plugin name of the plugin, `resource` for stored resources
  /// @param path segments of the path
  /// @param query parameters; the last of a repeated one
  record Request(String plugin, List<String> path, Map<String, String> query) {
    public Request {
      Objects.requireNonNull(plugin, "plugin");
      path = List.copyOf(path);
      query = Map.copyOf(query);
    }
  }

  /// What a policy said: every check that ran, in order. A request is allowed if none failed.
  ///
  /// @param findings never empty
  /// @param refusal why it is not allowed; empty if it is
  record Verdict(List<Finding> findings, Optional<Refusal> refusal) {
    public Verdict {
      findings = List.copyOf(findings);
      Objects.requireNonNull(refusal, "refusal");
      if (findings.isEmpty()) {
        throw new IllegalArgumentException("a verdict without a check allows by accident");
      }
      if (refusal.isPresent() != findings.stream().anyMatch(Finding::failed)) {
        throw new IllegalArgumentException("a refusal goes with a failed check");
      }
    }

    /// The verdict of `findings`. Where the result is not affirming, the refusal is that of the
    /// appraisal's first failed check: it says what to look at.
    static Verdict of(List<Finding> findings, AttestationResult result) {
      Optional<Finding> failed = findings.stream().filter(Finding::failed).findFirst();
      boolean appraisal =
          failed.filter(it -> it.result().check().equals(ReleaseCheck.AFFIRMING.id())).isPresent();
      Optional<Finding> cause = appraisal ? result.firstFailure().or(() -> failed) : failed;
      return new Verdict(findings, cause.flatMap(Finding::refusal));
    }

    /// Whether the request is allowed.
    public boolean allowed() {
      return refusal.isEmpty();
    }
  }

  /// Decides about one request.
  ///
  /// @param result appraised on the same snapshot as `values`
  Verdict decide(
      AttestationResult result, Request request, ReferenceValues values, DecisionTime time);

  /// Which lines decide about a request, in words; empty for built-in rules, whose findings say it.
  /// For people: takes a multiple of the time of [#decide].
  default Optional<String> why(
      AttestationResult result, Request request, ReferenceValues values, DecisionTime time) {
    return switch (this) {
      case BuiltIn _ -> Optional.empty();
      case Rego(String text) -> Optional.of(RegoRelease.why(text, result, request, values, time));
    };
  }

  /// Rules that are part of the program.
  ///
  /// @param rules which
  record BuiltIn(Rules rules) implements ReleasePolicy {

    /// The sets of rules.
    public enum Rules {
      /// Every submodule affirming, and the init-data that of a reference value `init_data`.
      DEFAULT("default"),
      /// Every submodule affirming.
      AFFIRMING("affirming"),
      /// The reference broker's first policy: resources for anything but sample evidence, whatever
      /// the appraisal said.
      TRUSTEE_DEFAULT("trustee-default"),
      /// The reference broker's affirming policy.
      TRUSTEE_AFFIRMING("trustee-affirming"),
      /// Resources for everyone who was verified, sample evidence included.
      ALLOW_ALL("allow-all"),
      /// Nothing for anyone.
      DENY_ALL("deny-all");

      private final String text;

      Rules(String text) {
        this.text = text;
      }

      /// The name in JSON.
      public String text() {
        return text;
      }
    }

    @Override
    public Verdict decide(
        AttestationResult result, Request request, ReferenceValues values, DecisionTime time) {
      BuiltInRelease release = new BuiltInRelease(result, request, values, time.at());
      return Verdict.of(
          switch (rules) {
            case DEFAULT -> release.byDefault();
            case AFFIRMING -> release.affirming();
            case TRUSTEE_DEFAULT -> release.trusteeDefault();
            case TRUSTEE_AFFIRMING -> release.trusteeAffirming();
            case ALLOW_ALL -> release.allowAll();
            case DENY_ALL -> release.denyAll();
          },
          result);
    }
  }

  /// Rego: the rule `data.policy.allow` decides, on the claims of the token as `input` and the
  /// request as `data` (`plugin`, `resource-path`, `query`), as at the reference broker.
  ///
  /// @param text in Rego v1; it has compiled
  record Rego(String text) implements ReleasePolicy {

    /// Compiles the text.
    ///
    /// @throws FormatException with position and hint if it does not compile
    public static Rego of(String text) throws FormatException {
      RegoRelease.compiled(text);
      return new Rego(text);
    }

    @Override
    public Verdict decide(
        AttestationResult result, Request request, ReferenceValues values, DecisionTime time) {
      return Verdict.of(RegoRelease.decide(text, result, request, values, time), result);
    }
  }

  /// The stored form: `{"type":"builtin","name":"default"}` or `{"type":"rego","text":"…"}`.
  default Json.Obj json() {
    return switch (this) {
      case BuiltIn(var rules) ->
          Json.object().put("type", "builtin").put("name", rules.text()).build();
      case Rego(String text) -> Json.object().put("type", "rego").put("text", text).build();
    };
  }

  /// Parses the stored form.
  ///
  /// @throws FormatException if type or name is unknown
  static ReleasePolicy parse(Json.Obj policy) throws FormatException {
    String type = policy.string("type");
    if (type.equals("rego")) {
      return Rego.of(policy.string("text"));
    }
    if (!type.equals("builtin")) {
      throw new FormatException(
          Code.UNSUPPORTED_VERSION, 0, "type builtin or rego", '"' + type + '"');
    }
    return builtIn(policy.string("name"));
  }

  /// The built-in policy of that name.
  ///
  /// @throws FormatException if there is none
  static ReleasePolicy builtIn(String name) throws FormatException {
    for (BuiltIn.Rules rules : BuiltIn.Rules.values()) {
      if (rules.text().equals(name)) {
        return new BuiltIn(rules);
      }
    }
    throw FormatException.malformed(0, "the name of a built-in release policy", name);
  }
}
