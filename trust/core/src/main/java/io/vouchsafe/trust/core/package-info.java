/// Both halves of the transaction, without HTTP: whatever gives something away goes through here.
///
/// Start from [io.vouchsafe.trust.core.TrustCore]:
///
/// ```java
/// Challenge challenge = core.challenge(tenant, new ChallengeRequest("tpm", kept));
/// AttestOutcome outcome = core.attest(tenant, challenge.sessionId(), evidence);
/// Decision decision = core.release(tenant, attested.result(), request);
/// ```
@NullMarked
package io.vouchsafe.trust.core;

import org.jspecify.annotations.NullMarked;
