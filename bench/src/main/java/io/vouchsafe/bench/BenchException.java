package io.vouchsafe.bench;

/// A measurement that could not be taken: what was to be measured does not work.
final class BenchException extends Exception {
  private static final long serialVersionUID = 1;

  BenchException(String message) {
    super(message);
  }

  BenchException(String message, Throwable cause) {
    super(message, cause);
  }
}
