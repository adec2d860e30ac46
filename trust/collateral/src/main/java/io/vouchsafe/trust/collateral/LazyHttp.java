package io.vouchsafe.trust.collateral;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.http.HttpClient;
import io.vouchsafe.http.Timeouts;
import java.time.Duration;
import java.util.Optional;

/// The HTTP client, made when something is fetched: most servers never do at their start.
/// Thread-safe.
final class LazyHttp implements AutoCloseable {
  private static final Timeouts TIMEOUTS =
      new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30));

  private final HttpClient.Builder builder;

  // The lock of this object guards both.
  private Optional<HttpClient> client = Optional.empty();
  private boolean closed;

  private LazyHttp(HttpClient.Builder builder) {
    this.builder = builder;
  }

  /// @param roots PEM that servers' certificates may lead to beside the JDK's
  /// @throws FormatException if that is no PEM of certificates
  static LazyHttp of(Optional<Bytes> roots) throws FormatException {
    HttpClient.Builder builder =
        HttpClient.builder().timeouts(TIMEOUTS).maxBody(2 * CollateralDocument.MAX_BODY);
    return new LazyHttp(roots.isPresent() ? builder.extraRoots(roots.get()) : builder);
  }

  synchronized HttpClient client() {
    if (client.isEmpty()) {
      client = Optional.of(builder.build());
      if (closed) {
        client.get().close();
      }
    }
    return client.get();
  }

  @Override
  public synchronized void close() {
    closed = true;
    client.ifPresent(HttpClient::close);
  }
}
