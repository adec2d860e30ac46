package io.vouchsafe.agent;

import io.vouchsafe.encoding.Bytes;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One exchange with the broker.
@FunctionalInterface
interface BrokerTransport {

  /// @param status of HTTP
  /// @param body all of it
  /// @param headers names in lower case
  record Answer(int status, Bytes body, Map<String, List<String>> headers) {
    Optional<String> header(String name) {
      List<String> values = headers.getOrDefault(name, List.of());
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
