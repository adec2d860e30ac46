package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.rego.Answer;
import io.vouchsafe.rego.Policy;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.verdict.Code;
import java.util.Optional;
import java.util.Set;

/// An attestation policy in Rego at work: `data.policy.trust_claims`, on the annotated evidence of
/// one submodule, is the trust vector, and `data.policy.extensions` goes into the token. Without
/// the first rule nothing is stated.
final class RegoAppraisal {
  static final String CLAIMS = "data.policy.trust_claims";
  private static final String AFFIRMING = "affirming claims";

  private RegoAppraisal() {}

  static RegoPolicies.Compiled compiled(String text) throws FormatException {
    return RegoPolicies.compiled(text, CLAIMS);
  }

  static Appraisal appraise(
      String text, EvidenceClaims evidence, ReferenceValues values, DecisionTime time) {
    Findings findings = new Findings(values, time.at());
    try {
      RegoPolicies.Compiled compiled = compiled(text);
      Json.Obj input = evidence.annotated();
      RegoPolicies.Run run = RegoPolicies.run(input, values, time);
      Answer answer = compiled.query().evaluate(run.evaluation());
      TrustVector vector = vector(answer.value().map(value -> value.toJson()));
      Json.Obj extensions = RegoExtensions.of(compiled, run);
      if (vector.tier() == TrustTier.AFFIRMING) {
        String found = vector.json().compact();
        findings.pass(RegoCheck.CLAIMS, found, run.lookedUp());
      } else {
        findings.fail(
            RegoCheck.CLAIMS,
            Code.POLICY_DENIED,
            AFFIRMING,
            why(compiled.policy(), vector, run, RecordedClaims.hidden(input)),
            run.lookedUp());
      }
      return new Appraisal(vector, findings.list(), Optional.of(extensions));
    } catch (FormatException | RegoException e) {
      findings.fail(
          RegoCheck.CLAIMS,
          Code.POLICY_INVALID,
          "a policy that gives a trust vector",
          String.valueOf(e.getMessage()));
      return new Appraisal(TrustVector.UNSTATED, findings.list(), Optional.of(RegoExtensions.NONE));
    }
  }

  /// The vector, and for each claim that is not affirming why the rule of its name gave that:
  /// policies compute `executables`, `hardware` and so on in rules of these names.
  private static String why(
      Policy policy, TrustVector vector, RegoPolicies.Run run, Set<String> hidden) {
    StringBuilder text = new StringBuilder(vector.json().compact());
    vector
        .claims()
        .forEach((claim, value) -> {
          if (value != 0 && TrustTier.of(value) != TrustTier.AFFIRMING) {
            text.append('\n').append(RegoPolicies.why(policy, rule(claim), run, hidden));
          }
        });
    return text.toString();
  }

  /// Which expressions gave the claims.
  static String why(
      String text, EvidenceClaims evidence, ReferenceValues values, DecisionTime time) {
    try {
      Json.Obj input = evidence.annotated();
      return RegoPolicies.why(
          compiled(text).policy(),
          CLAIMS,
          RegoPolicies.run(input, values, time),
          RecordedClaims.hidden(input));
    } catch (FormatException e) {
      return String.valueOf(e.getMessage());
    }
  }

  static String rule(TrustVector.Claim claim) {
    return "data.policy." + claim.text().replace('-', '_');
  }

  static TrustVector vector(Optional<Json> claims) throws FormatException {
    if (claims.isEmpty()) {
      return TrustVector.UNSTATED;
    }
    if (claims.get() instanceof Json.Obj object && !object.members().isEmpty()) {
      return TrustVector.parse(object);
    }
    throw FormatException.unexpected("at least one claim of the trust vector", "none");
  }
}
