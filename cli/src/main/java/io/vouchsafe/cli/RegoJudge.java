package io.vouchsafe.cli;

import io.vouchsafe.appraisal.DecisionTime;
import io.vouchsafe.appraisal.EvidenceClaims;
import io.vouchsafe.appraisal.EvidencePolicy;
import io.vouchsafe.appraisal.Finding;
import io.vouchsafe.appraisal.ReferenceValues;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Policies in Rego on what was found genuine. They see the claims as those of a broker do.
record RegoJudge(List<EvidencePolicy> policies) {
  RegoJudge {
    policies = List.copyOf(policies);
  }

  /// The judgement, or the refusal of the first policy that does not take the evidence.
  Judgement judge(Judgement judgement, Instant at) {
    if (policies.isEmpty()
        || !(judgement.end() instanceof Judgement.End.Accepted(Anchor anchor, Json.Obj claims))) {
      return judgement;
    }
    String teeClass = judgement.tee().equals("sampledevice") ? "gpu" : "cpu";
    EvidenceClaims evidence =
        new EvidenceClaims(
            judgement.tee(), teeClass, anchor.text(), claims, Json.NULL, Optional.empty());
    DecisionTime time = new DecisionTime(at, System::nanoTime);
    List<CheckResult> checks = new ArrayList<>(judgement.checks());
    for (EvidencePolicy policy : policies) {
      for (Finding finding : policy.judge(evidence, ReferenceValues.NONE, time)) {
        checks.add(finding.result());
        Optional<Refusal> refusal = finding.refusal();
        if (refusal.isPresent()) {
          return judgement.with(checks, new Judgement.End.Refused(refusal.get()));
        }
      }
    }
    return judgement.with(checks, judgement.end()).seenByRego();
  }
}
