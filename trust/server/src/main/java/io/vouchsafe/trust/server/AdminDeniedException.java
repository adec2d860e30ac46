package io.vouchsafe.trust.server;

/// The caller may not administer. The message is in the words of the reference broker.
final class AdminDeniedException extends Exception {
  private static final long serialVersionUID = 1L;

  AdminDeniedException(String message) {
    super(message);
  }
}
