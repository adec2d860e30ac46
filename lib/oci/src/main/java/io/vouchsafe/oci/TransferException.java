package io.vouchsafe.oci;

import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;

/// A refusal in the middle of a stream, where only [IOException] can pass. Whoever reads content
/// here throws the refusal instead.
public final class TransferException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient RefusedException refused;

  public TransferException(RefusedException refused) {
    super(refused.getMessage(), refused);
    this.refused = refused;
  }

  public RefusedException refused() {
    return refused;
  }
}
