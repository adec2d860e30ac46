/// What vendors publish about their platforms (AMD's KDS, Intel's PCS and its caches): fetched by
/// [io.vouchsafe.trust.collateral.CollateralService], verified before it is kept, handed to the
/// verifiers of `io.vouchsafe.evidence`, which never fetch. For machines without network,
/// [io.vouchsafe.trust.collateral.CollateralBundle] carries it in one signed file:
///
/// ```java
/// CollateralBundle bundle = CollateralBundle.read(file, List.of(key), clock.instant());
/// Verifier tdx = new DcapVerifier(TeeKind.TDX, DcapRoots.intel(), DcapPolicy.STRICT, bundle);
/// ```
@NullMarked
package io.vouchsafe.trust.collateral;

import org.jspecify.annotations.NullMarked;
