package io.vouchsafe.trust.store;

import io.vouchsafe.verdict.Code;
import java.util.Objects;

/// The store cannot answer. Checked, because whoever asks must refuse: nothing is given away on a
/// store that cannot be read, written or believed.
public final class StoreException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Code code;

  /// @param code [Code#STORE_UNAVAILABLE], [Code#STORE_CORRUPT] or [Code#CLOCK_STEPPED_BACK]
  /// @param message what was tried and what happened
  public StoreException(Code code, String message) {
    super(message);
    this.code = Objects.requireNonNull(code, "code");
  }

  /// As above, with the cause.
  public StoreException(Code code, String message, Throwable cause) {
    super(message, cause);
    this.code = Objects.requireNonNull(code, "code");
  }

  public Code code() {
    return code;
  }
}
