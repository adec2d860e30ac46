package io.vouchsafe.http.server;

/// The body of a request is longer than the server takes.
public final class BodyTooLargeException extends Exception {
  private static final long serialVersionUID = 1L;

  BodyTooLargeException(int limit) {
    super("a request body of at most " + limit + " bytes is taken");
  }
}
