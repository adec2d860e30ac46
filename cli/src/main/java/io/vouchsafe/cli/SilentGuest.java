package io.vouchsafe.cli;

import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.util.function.Consumer;

/// A guest that does not come up although its machine runs: an emulated machine may hang in its
/// firmware, rarely. It has attested nothing and run nothing, so it may be started once more.
final class SilentGuest {
  private SilentGuest() {}

  /// A start that waits for its guest.
  ///
  /// @param <T> what a guest that came up gives
  /// @param <X> what else may go wrong
  interface Start<T, X extends Exception> {
    /// @throws RefusedException [Code#VM_TIMEOUT] if the guest stays silent
    T start() throws RefusedException, IOException, InterruptedException, X;
  }

  /// Starts, and if the guest stays silent once more.
  ///
  /// @param progress is told the reason
  static <T, X extends Exception> T startedAgain(Consumer<String> progress, Start<T, X> start)
      throws RefusedException, IOException, InterruptedException, X {
    try {
      return start.start();
    } catch (RefusedException e) {
      if (e.code() != Code.VM_TIMEOUT) {
        throw e;
      }
      progress.accept("the guest stays silent; starting it once more (" + e.getMessage() + ")");
      return start.start();
    }
  }
}
