package io.vouchsafe.agent;

import io.vouchsafe.encoding.Bytes;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One exchange with the broker.
@FunctionalInterface
interface BrokerTransport {

  /// Header fields by name, without regard to case.
  @FunctionalInterface
  interface Headers {
    /// All values of a field, in order.
    List<String> all(String name);
  }

  /// @param status of HTTP
  /// @param body all of it
  /// @param headers its header fields
  record Answer(int status, Bytes body, Headers headers) {
    /// The first value of a header field.
    Optional<String> header(String name) {
      List<String> values = headers.all(name);
      return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
    }
  }

  /// @param path from the root, with query
  /// @param body of a POST; a GET has none
  /// @param headers beside those that every request has
  /// @throws IOException if there is no answer
  Answer send(String path, Optional<Bytes> body, Map<String, String> headers)
      throws IOException, InterruptedException;
}
