/// Verification of evidence.
///
/// Start from [io.vouchsafe.evidence.Verifier]; what it returns is
/// [io.vouchsafe.evidence.VerifiedEvidence], which nothing else can make. Whoever has reports and
/// quotes by themselves takes the verifier of their package:
/// [io.vouchsafe.evidence.snp.SnpReportVerifier], [io.vouchsafe.evidence.dcap.QuoteVerifier].
/// [io.vouchsafe.evidence.forms.Recogniser] tells what a file is.
///
/// A quote of a TDX guest with the collateral of its platform, five lines, which throw
/// [io.vouchsafe.verdict.RefusedException] with code, expected and found if anything is wrong:
///
/// ```java
/// QuoteVerifier verifier = new QuoteVerifier(DcapRoots.intel(), DcapPolicy.STRICT);
/// Collateral collateral = Collateral.parse(Json.parse(document, JsonLimits.DOCUMENT));
/// ExpectedBinding binding = new ExpectedBinding(reportData, Optional.empty());
/// VerifiedQuote verified = verifier.verify(quote, collateral, binding, clock.instant());
/// TcbStatus status = verified.tcb().orElseThrow().status();
/// ```
///
/// A verifier is made once and kept: it remembers what it found genuine.
@NullMarked
package io.vouchsafe.evidence;

import org.jspecify.annotations.NullMarked;
