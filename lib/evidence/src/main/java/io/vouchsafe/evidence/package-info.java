/// Verification of evidence.
///
/// Start from [io.vouchsafe.evidence.Verifier]; what it returns is
/// [io.vouchsafe.evidence.VerifiedEvidence], which nothing else can make.
@NullMarked
package io.vouchsafe.evidence;

import org.jspecify.annotations.NullMarked;
