/// Signed reference values: one statement of a build, or a bundle of what a tenant has. Both are
/// in-toto statements in DSSE envelopes; only the predicate differs.
///
/// ```java
/// ReferenceSet set = SignedReferenceSet.read(file, signers, now).set();
/// List<ReferenceValue> values = set.values();
/// ```
@NullMarked
package io.vouchsafe.appraisal.statement;

import org.jspecify.annotations.NullMarked;
