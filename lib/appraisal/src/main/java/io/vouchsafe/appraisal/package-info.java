/// Appraisal of verified evidence and the decision what it may have.
///
/// Start from [io.vouchsafe.appraisal.ReferenceValues] (what is expected),
/// [io.vouchsafe.appraisal.AttestationPolicy] (compares) and [io.vouchsafe.appraisal.ReleasePolicy]
/// (decides):
///
/// ```java
/// DecisionTime time = new DecisionTime(now, System::nanoTime);
/// SubmoduleResult cpu0 = SubmoduleResult.appraise("cpu0", evidence, policy, values, time);
/// AttestationResult result = AttestationResult.issue(identity, id, List.of(cpu0), now, life);
/// ReleasePolicy.Verdict verdict = ReleasePolicy.DEFAULT.decide(result, request, values, time);
/// ```
@NullMarked
package io.vouchsafe.appraisal;

import org.jspecify.annotations.NullMarked;
