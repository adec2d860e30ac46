package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.rego.Explanation;
import io.vouchsafe.rego.RegoException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Asks a policy in Rego once more, on what a record kept, why it said what it said. Takes many
/// times as long as a decision: for people who ask about one.
///
/// @param affirming whether it came to an affirming vector, or allowed the release
/// @param explanations of the rules that decided
public record PolicyReplay(boolean affirming, List<Explanation> explanations) {
  public PolicyReplay {
    explanations = List.copyOf(explanations);
  }

  /// A release policy.
  ///
  /// @param input the recorded claim set
  /// @param values the recorded values that it looked up
  /// @throws FormatException if the policy cannot be compiled or evaluated
  public static PolicyReplay release(
      ReleasePolicy.Rego policy,
      Json.Obj input,
      ReleasePolicy.Request request,
      ReferenceValues values,
      DecisionTime time)
      throws FormatException {
    RegoPolicies.Compiled compiled = RegoRelease.compiled(policy.text());
    RegoPolicies.Run run =
        RegoPolicies.run(input, values, time).withData(RegoRelease.data(request));
    try {
      Explanation explanation = compiled.query().explain(run.evaluation());
      return new PolicyReplay(explanation.answer().holds(), List.of(explanation));
    } catch (RegoException e) {
      throw failed(e);
    }
  }

  /// The text of an attestation policy for one class of evidence.
  ///
  /// @param annotated the recorded claims of the submodule
  /// @param values the recorded values that it looked up
  /// @throws FormatException if the policy cannot be compiled or evaluated
  public static PolicyReplay appraisal(
      String text, Json.Obj annotated, ReferenceValues values, DecisionTime time)
      throws FormatException {
    RegoPolicies.Compiled compiled = RegoAppraisal.compiled(text);
    RegoPolicies.Run run = RegoPolicies.run(annotated, values, time);
    try {
      TrustVector vector =
          RegoAppraisal.vector(
              compiled.query().evaluate(run.evaluation()).value().map(value -> value.toJson()));
      List<Explanation> explanations = new ArrayList<>();
      for (Map.Entry<TrustVector.Claim, Integer> claim : vector.claims().entrySet()) {
        if (claim.getValue() != 0) {
          explanations.add(
              compiled
                  .policy()
                  .query(RegoAppraisal.rule(claim.getKey()))
                  .explain(run.evaluation()));
        }
      }
      // Policies that do not compute claims in rules of their names.
      if (explanations.stream().allMatch(it -> it.rules().isEmpty())) {
        explanations.add(compiled.query().explain(run.evaluation()));
      }
      return new PolicyReplay(vector.tier() == TrustTier.AFFIRMING, explanations);
    } catch (RegoException e) {
      throw failed(e);
    }
  }

  private static FormatException failed(RegoException e) {
    return FormatException.unexpected(
        "a policy that can be evaluated", String.valueOf(e.getMessage()));
  }
}
