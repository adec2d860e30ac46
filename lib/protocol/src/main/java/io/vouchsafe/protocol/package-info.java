/// The wire of the key broker, for both ends.
///
/// Start from [io.vouchsafe.protocol.AttestRequest] (what a guest sends to be vouched for),
/// [io.vouchsafe.protocol.RuntimeData] (what its evidence must bind) and
/// [io.vouchsafe.protocol.Jwe] (how a resource comes back):
///
/// ```java
/// RuntimeData bound = new RuntimeData(challenge.nonce(), TeeKey.of(Jwk.of(publicKey)));
/// Bytes reportData = bound.primaryDigest(ProtocolVersion.V0_4_0, HashAlgorithm.SHA384, "");
/// SecretBytes resource = Jwe.parse(reply).open(privateKey);
/// ```
@NullMarked
package io.vouchsafe.protocol;

import org.jspecify.annotations.NullMarked;
