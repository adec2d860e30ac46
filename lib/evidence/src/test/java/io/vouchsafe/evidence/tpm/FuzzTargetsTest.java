package io.vouchsafe.evidence.tpm;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.evidence.tpm.fuzz.EkCertificateFuzzer;
import io.vouchsafe.evidence.tpm.fuzz.TpmEvidenceFuzzer;
import io.vouchsafe.testkit.Mutations;
import io.vouchsafe.testkit.tpm.BootLog;
import io.vouchsafe.testkit.tpm.EkAuthority;
import io.vouchsafe.testkit.tpm.SoftTpm;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A short, seeded run of each fuzz target of this module.
class FuzzTargetsTest {
  private static final int ROUNDS = 400;
  private static final SoftTpm TPM = SoftTpm.create(EkAuthority.create());

  @Test
  void evidence_mutated_isRefused() {
    TPM.boot(BootLog.direct(Bytes.zeros(32), Bytes.zeros(32), Bytes.zeros(32)));
    Mutations.feed(
        TpmEvidenceFuzzer::fuzzerTestOneInput,
        21,
        ROUNDS,
        List.of(TPM.evidence().build().toUtf8(), TPM.evidence().bare().build().toUtf8()));
  }

  @Test
  void certificate_mutated_isRefusedOrVerifies() {
    Mutations.feed(
        EkCertificateFuzzer::fuzzerTestOneInput,
        22,
        ROUNDS,
        List.of(TPM.ekCertificate().toByteArray(), EkAuthority.create().root().toByteArray()));
  }
}
