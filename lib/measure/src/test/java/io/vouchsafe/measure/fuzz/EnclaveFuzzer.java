package io.vouchsafe.measure.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.sgx.GramineEnclave;
import io.vouchsafe.measure.sgx.GramineManifest;
import io.vouchsafe.measure.sgx.SgxsStream;
import io.vouchsafe.measure.sgx.Sigstruct;
import io.vouchsafe.verdict.RefusedException;

/// Reads the same bytes as a stream of an enclave, as a signature structure and as a library.
public final class EnclaveFuzzer {
  private static final GramineManifest MANIFEST =
      new GramineManifest(Bytes.EMPTY, 1 << 21, 1, true);

  private EnclaveFuzzer() {}

  private interface Step {
    void run() throws FormatException, RefusedException;
  }

  public static void fuzzerTestOneInput(byte[] data) {
    Bytes input = Bytes.of(data);
    attempt(() -> SgxsStream.measure(input));
    attempt(() -> Sigstruct.parse(input).verify());
    attempt(() -> GramineEnclave.of(MANIFEST, input).measure());
  }

  private static void attempt(Step step) {
    try {
      step.run();
    } catch (FormatException | RefusedException _) {
      return;
    }
  }
}
