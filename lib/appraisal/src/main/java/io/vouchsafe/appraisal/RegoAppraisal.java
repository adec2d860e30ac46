package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.rego.Answer;
import io.vouchsafe.rego.Evaluation;
import io.vouchsafe.rego.Policy;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.verdict.Code;
import java.time.Instant;
import java.util.Optional;

/// An attestation policy in Rego at work: `data.policy.trust_claims`, on the annotated evidence of
/// one submodule, is the trust vector. Without that rule nothing is stated.
final class RegoAppraisal {
  private static final String CLAIMS = "data.policy.trust_claims";
  private static final String AFFIRMING = "affirming claims";

  private RegoAppraisal() {}

  static RegoPolicies.Compiled compiled(String text) throws FormatException {
    return RegoPolicies.compiled(text, CLAIMS);
  }

  static Appraisal appraise(
      String text, EvidenceClaims evidence, ReferenceValues values, Instant at) {
    Findings findings = new Findings(values, at);
    try {
      RegoPolicies.Compiled compiled = compiled(text);
      Evaluation evaluation = RegoPolicies.evaluation(evidence.annotated(), values, at);
      Answer answer = compiled.query().evaluate(evaluation);
      TrustVector vector = vector(answer.value().map(value -> value.toJson()));
      if (vector.tier() == TrustTier.AFFIRMING) {
        String found = vector.json().compact();
        findings.require(RegoCheck.CLAIMS, true, Code.POLICY_DENIED, found, found);
      } else {
        findings.fail(
            RegoCheck.CLAIMS,
            Code.POLICY_DENIED,
            AFFIRMING,
            why(compiled.policy(), vector, evaluation));
      }
      return new Appraisal(vector, findings.list());
    } catch (FormatException | RegoException e) {
      findings.fail(
          RegoCheck.CLAIMS,
          Code.POLICY_INVALID,
          "a policy that gives a trust vector",
          String.valueOf(e.getMessage()));
      return new Appraisal(TrustVector.UNSTATED, findings.list());
    }
  }

  /// The vector, and for each claim that is not affirming why the rule of its name gave that:
  /// policies compute `executables`, `hardware` and so on in rules of these names.
  private static String why(Policy policy, TrustVector vector, Evaluation evaluation) {
    StringBuilder text = new StringBuilder(vector.json().compact());
    vector
        .claims()
        .forEach((claim, value) -> {
          if (value != 0 && TrustTier.of(value) != TrustTier.AFFIRMING) {
            String rule = "data.policy." + claim.text().replace('-', '_');
            text.append('\n').append(RegoPolicies.why(policy, rule, evaluation));
          }
        });
    return text.toString();
  }

  private static TrustVector vector(Optional<Json> claims) throws FormatException {
    if (claims.isEmpty()) {
      return TrustVector.UNSTATED;
    }
    if (claims.get() instanceof Json.Obj object && !object.members().isEmpty()) {
      return TrustVector.parse(object);
    }
    throw FormatException.unexpected("at least one claim of the trust vector", "none");
  }
}
