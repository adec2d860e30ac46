package io.vouchsafe.http.server;

import io.vouchsafe.encoding.Bytes;
import java.util.List;
import java.util.Optional;

/// A request as it came in: nothing is decoded or normalised.
public interface HttpRequest {

  /// The method, for example `GET`.
  String method();

  /// The path with its escapes, dots and empty segments.
  String rawPath();

  /// What stands behind the question mark; empty if there is none.
  Optional<String> rawQuery();

  /// The first value of a header, found without regard to case.
  Optional<String> header(String name);

  /// All values of a header, in order; commas are not split.
  List<String> headers(String name);

  /// The address of the peer, for logs.
  String peer();

  /// The whole body. May be called more than once.
  ///
  /// @throws BodyTooLargeException if it is beyond the bound of the server
  Bytes body() throws BodyTooLargeException;

  /// The path, with the query if there is one: what stood in the request line.
  default String target() {
    return rawPath() + rawQuery().map(query -> "?" + query).orElse("");
  }
}
