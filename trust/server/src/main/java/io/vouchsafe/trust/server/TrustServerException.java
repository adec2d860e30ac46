package io.vouchsafe.trust.server;

/// The server cannot start, or an operator's file cannot be used. The message says which and what
/// to do.
public final class TrustServerException extends Exception {
  private static final long serialVersionUID = 1L;

  TrustServerException(String message) {
    super(message);
  }

  TrustServerException(String message, Throwable cause) {
    super(message + ": " + cause.getMessage(), cause);
  }
}
