package io.vouchsafe.tpm.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.tpm.Credential;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.PcrSelection;
import io.vouchsafe.tpm.TpmCommands;
import java.io.IOException;
import java.util.List;

/// A hostile TPM: the same answer to every command.
public final class TpmResponseFuzzer {
  private TpmResponseFuzzer() {}

  /// One command.
  private interface Call {
    Object run(TpmCommands tpm) throws IOException;
  }

  private static final List<Call> CALLS =
      List.of(
          tpm -> tpm.getRandom(16),
          tpm -> tpm.pcrRead(HashAlg.SHA256),
          TpmCommands::createEk,
          TpmCommands::createAk,
          tpm -> tpm.quote(1, Bytes.zeros(32), List.of(PcrSelection.all(HashAlg.SHA256))),
          tpm -> tpm.nvRead(TpmCommands.NV_EK_CERTIFICATE_RSA2048),
          tpm -> tpm.startPolicySession(Bytes.zeros(16)),
          tpm -> tpm.activateCredential(1, 2, 3, new Credential(Bytes.EMPTY, Bytes.EMPTY)));

  public static void fuzzerTestOneInput(byte[] data) {
    Bytes answer = Bytes.of(data);
    TpmCommands tpm = new TpmCommands(_ -> answer);
    for (Call call : CALLS) {
      try {
        call.run(tpm);
      } catch (IOException _) {
        continue;
      }
    }
  }
}
