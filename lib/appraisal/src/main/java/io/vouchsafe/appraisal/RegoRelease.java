package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.rego.Answer;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.Value;
import io.vouchsafe.verdict.Code;
import java.util.List;
import java.util.Set;

/// A release policy in Rego at work.
final class RegoRelease {
  static final String ALLOW = "data.policy.allow";
  private static final String ALLOWED = ALLOW + " is true";

  private RegoRelease() {}

  static RegoPolicies.Compiled compiled(String text) throws FormatException {
    return RegoPolicies.compiled(text, ALLOW);
  }

  static List<Finding> decide(
      String text,
      AttestationResult result,
      ReleasePolicy.Request request,
      ReferenceValues values,
      DecisionTime time) {
    Findings findings = new Findings(values, time.at());
    try {
      RegoPolicies.Compiled compiled = compiled(text);
      RegoPolicies.Run run =
          RegoPolicies.run(result.claims(), values, time).withData(data(request));
      Answer answer = compiled.query().evaluate(run.evaluation());
      if (answer.holds()) {
        findings.pass(RegoCheck.ALLOW, ALLOWED, run.lookedUp());
      } else {
        Set<String> hidden = RecordedClaims.hidden(result.claims());
        String why = RegoPolicies.why(compiled.policy(), ALLOW, run, hidden);
        findings.fail(RegoCheck.ALLOW, Code.POLICY_DENIED, ALLOWED, why, run.lookedUp());
      }
    } catch (FormatException | RegoException e) {
      findings.fail(
          RegoCheck.ALLOW,
          Code.POLICY_INVALID,
          "a policy that can be evaluated",
          String.valueOf(e.getMessage()));
    }
    return findings.list();
  }

  /// Which expressions decide, whether they allow or not.
  static String why(
      String text,
      AttestationResult result,
      ReleasePolicy.Request request,
      ReferenceValues values,
      DecisionTime time) {
    try {
      RegoPolicies.Run run =
          RegoPolicies.run(result.claims(), values, time).withData(data(request));
      Set<String> hidden = RecordedClaims.hidden(result.claims());
      return RegoPolicies.why(compiled(text).policy(), ALLOW, run, hidden);
    } catch (FormatException e) {
      return String.valueOf(e.getMessage());
    }
  }

  static ObjectValue data(ReleasePolicy.Request request) throws FormatException {
    Json.ObjBuilder query = Json.object();
    request.query().forEach(query::put);
    Json data =
        Json.object()
            .put("plugin", request.plugin())
            .put("resource-path", Json.strings(request.path()))
            .put("query", query.build())
            .build();
    if (Value.of(data) instanceof ObjectValue object) {
      return object;
    }
    throw new IllegalStateException("an object is an object");
  }
}
