/// Intel's side of SGX and TDX for tests: a hierarchy of certificates with keys of its own, quotes
/// that say whatever a test wants, the collateral to them, and the event logs of guests. Nothing
/// here leads to a root that is trusted in production: a test names [SimulatedIntel#root()] as an
/// operator would.
///
/// ```java
/// SimulatedIntel intel = SimulatedIntel.create();
/// SimulatedPlatform platform = intel.platform(PckProfile.SERVER);
/// Bytes quote = SimulatedQuote.tdx(SimulatedBody.td()).by(platform);
/// SimulatedCollateral collateral = intel.collateral(platform, TcbDocuments.tdx(PckProfile.SERVER));
/// ```
@NullMarked
package io.vouchsafe.testkit.intel;

import org.jspecify.annotations.NullMarked;
