/// Verification is a list of named checks, not a boolean.
///
/// Start from [io.vouchsafe.verdict.Check] (a step of a specification), [io.vouchsafe.verdict.Code]
/// (why it refused) and [io.vouchsafe.verdict.Checklist] (runs checks in order and stops at the
/// first that fails):
///
/// ```java
/// Checklist checks = new Checklist();
/// checks.require(TpmCheck.QUOTE_NONCE, nonce.matches(expected), Code.NONCE_MISMATCH,
///     expected.hex(), nonce.hex());
/// List<CheckResult> done = checks.results();
/// ```
@NullMarked
package io.vouchsafe.verdict;

import org.jspecify.annotations.NullMarked;
