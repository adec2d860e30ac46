/// TPM 2.0 structures, commands, credentials and event logs (TCG TPM 2.0 Library parts 2 and 3, TCG
/// PC Client Platform Firmware Profile).
///
/// Start from [io.vouchsafe.tpm.TpmsAttest] (what a TPM signs), [io.vouchsafe.tpm.TpmCommands]
/// (talks to a TPM) and [io.vouchsafe.tpm.EventLog] (what was measured):
///
/// ```java
/// TpmsAttest attest = TpmsAttest.parse(message);
/// boolean genuine = TpmtSignature.parse(signature).isBy(ak.publicKey(), message);
/// List<Bytes> pcrs = EventLog.parse(log).replay(HashAlg.SHA256);
/// ```
@NullMarked
package io.vouchsafe.tpm;

import org.jspecify.annotations.NullMarked;
