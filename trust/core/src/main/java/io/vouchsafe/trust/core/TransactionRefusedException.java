package io.vouchsafe.trust.core;

import java.util.Objects;

/// Carries a [Refused] out of the operations that have no sealed outcome. It is recorded already.
public final class TransactionRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Refused refused;

  TransactionRefusedException(Refused refused) {
    super(Objects.requireNonNull(refused, "refused").refusal().summary());
    this.refused = refused;
  }

  public Refused refused() {
    return refused;
  }
}
