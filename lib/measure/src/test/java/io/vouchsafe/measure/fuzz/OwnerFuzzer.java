package io.vouchsafe.measure.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.sev.IdAuth;
import io.vouchsafe.measure.sev.IdBlock;
import io.vouchsafe.verdict.RefusedException;

/// Reads the same bytes as everything that the owner of a SEV guest signs.
public final class OwnerFuzzer {
  private OwnerFuzzer() {}

  private interface Step {
    void run() throws FormatException, RefusedException;
  }

  public static void fuzzerTestOneInput(byte[] data) {
    Bytes input = Bytes.of(data);
    attempt(() -> IdBlock.parse(input));
    attempt(() -> IdAuth.parse(input).verify(IdBlock.of(Bytes.zeros(48), 0)));
  }

  private static void attempt(Step step) {
    try {
      step.run();
    } catch (FormatException | RefusedException _) {
      return;
    }
  }
}
