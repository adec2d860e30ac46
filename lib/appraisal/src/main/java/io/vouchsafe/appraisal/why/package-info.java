/// Why a decision was taken, read from what was recorded with it: the checks in their order, what
/// each was compared with, the lines of the policy that decided, and what would have to change.
///
/// Start with [io.vouchsafe.appraisal.why.DecisionRecord], which reads a record;
/// [io.vouchsafe.appraisal.why.Explanation] is what it says, with a form in JSON;
/// [io.vouchsafe.appraisal.why.ExplanationText] writes it for people.
///
/// ```java
/// Explanation explanation = DecisionRecord.of(entry, System::nanoTime).explain();
/// ExplanationText.lines(explanation).forEach(out::println);
/// ```
@NullMarked
package io.vouchsafe.appraisal.why;

import org.jspecify.annotations.NullMarked;
