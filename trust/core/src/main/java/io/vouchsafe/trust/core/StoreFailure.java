package io.vouchsafe.trust.core;

import io.vouchsafe.trust.store.StoreException;

/// Carries a [StoreException] through an interface that knows none: a key whose trust cannot be
/// looked up is not an untrusted key, and the operator should be told which of the two it is.
final class StoreFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final StoreException failure;

  StoreFailure(StoreException failure) {
    super(failure);
    this.failure = failure;
  }

  StoreException failure() {
    return failure;
  }
}
