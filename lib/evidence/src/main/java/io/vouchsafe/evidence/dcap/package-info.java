/// Intel DCAP: quotes of SGX enclaves and TDX guests (specs/evidence-x86 §4 to §6).
///
/// Start from [io.vouchsafe.evidence.dcap.QuoteVerifier], which judges the bytes of a quote, or
/// from [io.vouchsafe.evidence.dcap.DcapVerifier], which takes the evidence that guests send.
/// Collateral is handed in; nothing here fetches.
@NullMarked
package io.vouchsafe.evidence.dcap;

import org.jspecify.annotations.NullMarked;
