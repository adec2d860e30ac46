/// TPMs for tests. Nothing here proves anything: keys lie in the memory of the test.
///
/// Start from [io.vouchsafe.testkit.tpm.SoftTpm] (a TPM in Java that makes evidence, valid or
/// broken), [io.vouchsafe.testkit.tpm.EkAuthority] (issues certificates for endorsement keys) and
/// [io.vouchsafe.testkit.tpm.SwTpm] (a real swtpm process):
///
/// ```java
/// SoftTpm tpm = SoftTpm.create(EkAuthority.create());
/// tpm.boot(BootLog.direct(kernel, commandLine, initrd));
/// Json evidence = tpm.evidence().reportData(digest).build();
/// ```
@NullMarked
package io.vouchsafe.testkit.tpm;

import org.jspecify.annotations.NullMarked;
