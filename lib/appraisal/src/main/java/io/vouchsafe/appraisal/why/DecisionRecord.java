package io.vouchsafe.appraisal.why;

import io.vouchsafe.appraisal.DecisionTime;
import io.vouchsafe.appraisal.ReferenceValues;
import io.vouchsafe.appraisal.RegoCheck;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.CheckResult.Outcome;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/// A decision as it was recorded, and the record of the attestation that it stands on. Reads
/// nothing but the two: what an explanation says was so when the decision was taken.
public final class DecisionRecord {
  /// Under which the record of the attestation is joined to that of a release.
  public static final String JOINED = "attestation_entry";

  /// What has a part of its own in an explanation; everything else is what it is about.
  private static final Set<String> OWN_PART =
      Set.of(
          "v",
          "id",
          "at",
          "kind",
          "step",
          "outcome",
          "refusal",
          "checks",
          "submodules",
          "policy",
          "attestation_policy",
          "input",
          JOINED);

  private static final Set<String> REPORTED = Set.of("code", "check", "expected", "found");

  private final Json.Obj record;
  private final Optional<Json.Obj> attestation;
  private final boolean release;
  private final LongSupplier watch;

  private DecisionRecord(Json.Obj record, LongSupplier watch) {
    this.watch = watch;
    this.record = record;
    this.attestation = Members.object(record, JOINED);
    this.release = Members.text(record, "kind").equals("release");
  }

  /// @param record an entry of the ledger, with that of its attestation as member [#JOINED]
  /// @param watch nanoseconds, as of `System.nanoTime`: stops a recorded policy that takes too long
  ///   when it is asked again
  public static DecisionRecord of(Json.Obj record, LongSupplier watch) {
    return new DecisionRecord(record, watch);
  }

  /// The refusal that is recorded: of the server itself under `refusal`, of a guest's report at the
  /// top. Empty if there is none, or it bears a code that is not known here.
  public Optional<Refusal> refusal() {
    Json.Obj refusal = refused();
    String named = Members.text(refusal, "code");
    for (Code code : Code.values()) {
      if (code.name().equals(named)) {
        return Optional.of(
            new Refusal(
                Members.text(refusal, "check"),
                code,
                Members.text(refusal, "expected"),
                Members.text(refusal, "found"),
                code.remedy()));
      }
    }
    return Optional.empty();
  }

  private Json.Obj refused() {
    return Members.object(record, "refusal").orElse(record);
  }

  /// Whether a submodule would be affirming under other reference values, by the policy in Rego
  /// that was recorded and what it saw; with the rules that decide it. Empty if the policy is
  /// another one, or the record does not have what it saw.
  ///
  /// @return [Basis.Rules#repeated()] says whether it would be affirming
  /// @throws FormatException if the policy cannot be evaluated
  public Optional<Basis.Rules> under(ReferenceValues values, Instant at, String submodule)
      throws FormatException {
    Json.Obj entry = appraisal();
    Optional<Json.Obj> policy =
        Members.object(entry, "attestation_policy").or(() -> Members.object(entry, "policy"));
    return policy.isEmpty()
        ? Optional.empty()
        : new Replay(entry, watch)
            .appraisal(
                policy.get(),
                submodule,
                claims(submodule),
                values,
                new DecisionTime(at, watch),
                true);
  }

  /// What it says.
  public Explanation explain() {
    List<ExplainedCheck> checks = checks();
    List<UsedPolicy> policies = policies();
    return new Explanation(
        new Explanation.Head(
            Members.text(record, "id"),
            Members.text(record, "at"),
            Members.text(record, "kind"),
            Members.text(record, "step"),
            Members.text(record, "outcome")),
        about(),
        refusal(),
        checks,
        policies,
        submodules(),
        new Changes(record, policies).of(checks),
        List.of());
  }

  private Json.Obj about() {
    boolean reported = Members.object(record, "refusal").isEmpty();
    Map<String, Json> about = new LinkedHashMap<>();
    record
        .members()
        .forEach((name, value) -> {
          boolean elsewhere =
              OWN_PART.contains(name) && !(name.equals("policy") && value instanceof Json.Str)
                  || reported && REPORTED.contains(name);
          if (!elsewhere) {
            about.put(name, value);
          }
        });
    return Json.object(about);
  }

  /// Of a release: the policy that appraised again, then the one that decided.
  private List<UsedPolicy> policies() {
    List<UsedPolicy> policies = new ArrayList<>();
    Members.object(record, "attestation_policy").map(UsedPolicy::of).ifPresent(policies::add);
    if (policies.isEmpty()) {
      attestation
          .flatMap(entry -> Members.object(entry, "policy"))
          .map(UsedPolicy::of)
          .ifPresent(policies::add);
    }
    Members.object(record, "policy").map(UsedPolicy::of).ifPresent(policies::add);
    return policies;
  }

  /// A release appraises again: what that said counts, not what the attestation's own said.
  private Json.Obj appraisal() {
    return Members.objects(record, "submodules").isEmpty() ? attestation.orElse(record) : record;
  }

  private List<Json.Obj> appraised() {
    return Members.objects(appraisal(), "submodules");
  }

  private List<ExplainedCheck> checks() {
    List<ExplainedCheck> checks = new ArrayList<>();
    for (Json.Obj source : List.of(attestation.orElse(record), record)) {
      if (checks.isEmpty()) {
        for (Json.Obj submodule : Members.objects(source, "submodules")) {
          add(submodule, "checks", Stage.EVIDENCE, Members.text(submodule, "name"), checks);
        }
      }
    }
    for (Json.Obj submodule : appraised()) {
      add(submodule, "appraisal", Stage.APPRAISAL, Members.text(submodule, "name"), checks);
    }
    add(record, "checks", release ? Stage.POLICY : Stage.EVIDENCE, "", checks);
    addRefusal(checks);
    return checks;
  }

  private void add(
      Json.Obj from, String member, Stage stage, String submodule, List<ExplainedCheck> into) {
    for (Json.Obj check : Members.objects(from, member)) {
      into.add(check(check, stage, submodule));
    }
  }

  private ExplainedCheck check(Json.Obj check, Stage stage, String submodule) {
    Outcome outcome = outcome(Members.text(check, "outcome"));
    String found = Members.text(check, "found");
    boolean asExpected = outcome == Outcome.PASSED && check.present("expected").isEmpty();
    CheckResult result =
        new CheckResult(
            Members.text(check, "check"),
            outcome,
            asExpected ? found : Members.text(check, "expected"),
            found);
    Optional<String> code = Optional.of(Members.text(check, "code")).filter(it -> !it.isEmpty());
    if (code.isEmpty() && outcome == Outcome.FAILED) {
      code = Optional.of(Members.text(refused(), "code"));
    }
    return new ExplainedCheck(stage, submodule, result, code, basis(check, submodule));
  }

  private static Outcome outcome(String text) {
    return switch (text) {
      case "passed" -> Outcome.PASSED;
      case "failed" -> Outcome.FAILED;
      default -> Outcome.NOT_CHECKED;
    };
  }

  private List<Basis> basis(Json.Obj check, String submodule) {
    List<Basis> basis = new ArrayList<>();
    Members.object(check, "reference")
        .ifPresent(entry ->
            basis.add(
                new Basis.Values(
                    Members.text(entry, "name"), true, List.of(new Basis.Entry(entry)))));
    List<Json.Obj> compared = Members.objects(check, "compared");
    for (Json.Obj names : compared) {
      List<Basis.Entry> entries =
          Members.objects(names, "entries").stream().map(Basis.Entry::new).toList();
      basis.add(new Basis.Values(Members.text(names, "name"), false, entries));
    }
    String id = Members.text(check, "check");
    boolean passed = Members.text(check, "outcome").equals("passed");
    if (id.equals(RegoCheck.CLAIMS.id())) {
      Json.Obj entry = appraisal();
      Members.object(entry, "attestation_policy")
          .or(() -> Members.object(entry, "policy"))
          .flatMap(policy ->
              new Replay(entry, watch)
                  .appraisal(policy, submodule, claims(submodule), compared, passed))
          .ifPresent(basis::add);
    } else if (id.equals(RegoCheck.ALLOW.id())) {
      new Replay(record, watch).release(compared, passed).ifPresent(basis::add);
    }
    return List.copyOf(basis);
  }

  /// A refusal by something that is in no list of checks, as a policy that is not in force.
  private void addRefusal(List<ExplainedCheck> checks) {
    Json.Obj refusal = refused();
    String id = Members.text(refusal, "check");
    if (id.isEmpty()
        || checks.stream().anyMatch(it -> it.failed() && it.result().check().equals(id))) {
      return;
    }
    String code = Members.text(refusal, "code");
    checks.add(
        new ExplainedCheck(
            stage(id, code),
            "",
            new CheckResult(
                id,
                Outcome.FAILED,
                Members.text(refusal, "expected"),
                Members.text(refusal, "found")),
            Optional.of(code),
            List.of()));
  }

  private Stage stage(String check, String code) {
    String step = Members.text(record, "step");
    if (step.equals("report")) {
      return check.startsWith("image.")
              || code.startsWith("SIGN")
              || code.startsWith("IMAGE_POLICY")
          ? Stage.SIGNATURES
          : Stage.GUEST;
    }
    if (check.startsWith("transaction.") && check.endsWith("-policy")) {
      return Stage.POLICY;
    }
    if (check.startsWith("transaction.") || check.startsWith("facade.")) {
      return Stage.TRANSACTION;
    }
    return step.equals("decide") ? Stage.POLICY : Stage.EVIDENCE;
  }

  private List<Submodule> submodules() {
    List<Submodule> submodules = new ArrayList<>();
    for (Json.Obj submodule : appraised()) {
      String name = Members.text(submodule, "name");
      submodules.add(
          new Submodule(
              name,
              Members.text(submodule, "tee"),
              Members.text(submodule, "anchor"),
              Members.text(submodule, "status"),
              Members.object(submodule, "vector").orElse(Json.object().build()),
              claims(name)));
    }
    return submodules;
  }

  /// The claims of a submodule: as the policy of the release saw them, else as the attestation
  /// recorded them. Empty if the record has none.
  public Optional<Json.Obj> claims(String name) {
    return Members.object(record, "input")
        .flatMap(input -> Members.object(input, "submods"))
        .flatMap(all -> Members.object(all, name))
        .flatMap(one -> Members.object(one, "ear.veraison.annotated-evidence"))
        .or(() -> claims(record, name))
        .or(() -> attestation.flatMap(entry -> claims(entry, name)));
  }

  private static Optional<Json.Obj> claims(Json.Obj entry, String name) {
    return Members.objects(entry, "submodules").stream()
        .filter(it -> Members.text(it, "name").equals(name))
        .findFirst()
        .flatMap(it -> Members.object(it, "claims"));
  }
}
