/// Evidence of enclaves made with the Open Enclave SDK and its descendants: an SGX quote with
/// claims that the enclave adds, which the quote binds.
///
/// ```java
/// OpenEnclaveVerifier verifier = new OpenEnclaveVerifier(DcapRoots.intel(), policy, collateral);
/// VerifiedOpenEnclave verified = verifier.verify(evidence, Optional.empty(), clock.instant());
/// Optional<Bytes> key = verified.claims().orElseThrow().value("public key hash");
/// ```
@NullMarked
package io.vouchsafe.evidence.openenclave;

import org.jspecify.annotations.NullMarked;
