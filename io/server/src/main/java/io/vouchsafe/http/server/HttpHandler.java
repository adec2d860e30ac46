package io.vouchsafe.http.server;

/// Answers every request. Called on a virtual thread of the connection, so it may block; called
/// from many threads at once.
@FunctionalInterface
public interface HttpHandler {

  /// Answers `request`.
  ///
  /// @throws BodyTooLargeException if the body is read and is beyond the bound; the server answers
  ///   413 and closes the connection
  HttpAnswer handle(HttpRequest request) throws BodyTooLargeException;
}
