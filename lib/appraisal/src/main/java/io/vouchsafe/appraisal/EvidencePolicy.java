package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.rego.Policy;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.verdict.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// A policy in Rego that judges one piece of evidence by itself, without a broker. It sees what an
/// attestation policy of a broker sees: the annotated evidence. It has the rule
/// `data.policy.trust_claims`, which must give affirming claims, or `data.policy.allow`, which must
/// be true, or both. Immutable, thread-safe.
public final class EvidencePolicy {
  private static final List<String> PACKAGE = List.of("policy");
  private static final String ALLOW = "data.policy.allow";
  private static final String CLAIMS = "data.policy.trust_claims";
  private static final String ALLOWED = ALLOW + " is true";

  private final String text;
  private final Policy policy;

  private EvidencePolicy(String text, Policy policy) {
    this.text = text;
    this.policy = policy;
  }

  /// Compiles a policy.
  ///
  /// @param text in Rego v1
  /// @throws FormatException with position and hint if it does not compile, or has neither rule
  public static EvidencePolicy of(String text) throws FormatException {
    Objects.requireNonNull(text, "text");
    EvidencePolicy made = new EvidencePolicy(text, RegoPolicies.compiled(text, ALLOW).policy());
    if (!made.has("allow") && !made.has("trust_claims")) {
      throw FormatException.unexpected(
          "the rule " + CLAIMS + " or " + ALLOW, "a policy with neither");
    }
    return made;
  }

  private boolean has(String rule) {
    return policy.hasRule(PACKAGE, rule);
  }

  /// What the policy makes of evidence: a finding for each of the two rules that it has. One that
  /// failed says which expression was the reason.
  public List<Finding> judge(EvidenceClaims evidence, ReferenceValues values, DecisionTime time) {
    List<Finding> findings = new ArrayList<>();
    if (has("trust_claims")) {
      findings.addAll(RegoAppraisal.appraise(text, evidence, values, time).findings());
    }
    if (has("allow")) {
      findings.addAll(allowed(evidence, values, time));
    }
    return List.copyOf(findings);
  }

  private List<Finding> allowed(
      EvidenceClaims evidence, ReferenceValues values, DecisionTime time) {
    Findings findings = new Findings(values, time.at());
    try {
      RegoPolicies.Run run = RegoPolicies.run(evidence.annotated(), values, time);
      if (RegoPolicies.compiled(text, ALLOW).query().evaluate(run.evaluation()).holds()) {
        findings.pass(RegoCheck.ALLOW, ALLOWED, run.lookedUp());
      } else {
        // Whoever asks has the evidence: nothing in it is hidden.
        String why = RegoPolicies.why(policy, ALLOW, run, Set.of());
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
}
