package io.vouchsafe.http.server;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/// Where and how to listen, and how much to take.
///
/// @param listen address; port 0 takes a free one
/// @param identity empty for plain HTTP
/// @param maxHeadBytes request line and headers, each
/// @param maxBodyBytes body of a request
/// @param maxConnections open at the same time
/// @param idle after which a connection is closed on which the peer sends nothing, be it within the
///   handshake, within a request or between requests
/// @param grace for running requests when the server closes
public record HttpServerOptions(
    InetSocketAddress listen,
    Optional<TlsIdentity> identity,
    int maxHeadBytes,
    int maxBodyBytes,
    int maxConnections,
    Duration idle,
    Duration grace) {
  /// 1 MiB: bearer tokens of guests with many devices are large.
  public static final int DEFAULT_MAX_HEAD_BYTES = 1 << 20;

  /// 2 MiB, as the reference broker.
  public static final int DEFAULT_MAX_BODY_BYTES = 2 << 20;

  private static final int DEFAULT_MAX_CONNECTIONS = 4096;
  private static final Duration DEFAULT_IDLE = Duration.ofMinutes(1);
  private static final Duration DEFAULT_GRACE = Duration.ofSeconds(2);

  public HttpServerOptions {
    Objects.requireNonNull(listen, "listen");
    Objects.requireNonNull(identity, "identity");
    if (maxHeadBytes < 1 || maxBodyBytes < 0 || maxConnections < 1) {
      throw new IllegalArgumentException("bounds must be positive");
    }
    if (idle.isNegative() || idle.isZero() || grace.isNegative()) {
      throw new IllegalArgumentException("times must be positive");
    }
  }

  /// HTTPS with the default bounds.
  public static HttpServerOptions tls(InetSocketAddress listen, TlsIdentity identity) {
    return defaults(listen, Optional.of(identity));
  }

  /// Plain HTTP with the default bounds. Nothing that is sent is protected.
  public static HttpServerOptions insecurePlain(InetSocketAddress listen) {
    return defaults(listen, Optional.empty());
  }

  private static HttpServerOptions defaults(
      InetSocketAddress listen, Optional<TlsIdentity> identity) {
    return new HttpServerOptions(
        listen,
        identity,
        DEFAULT_MAX_HEAD_BYTES,
        DEFAULT_MAX_BODY_BYTES,
        DEFAULT_MAX_CONNECTIONS,
        DEFAULT_IDLE,
        DEFAULT_GRACE);
  }

  /// With other bounds on a request.
  public HttpServerOptions withBounds(int headBytes, int bodyBytes) {
    return new HttpServerOptions(
        listen, identity, headBytes, bodyBytes, maxConnections, idle, grace);
  }

  /// With another time after which connections of silent peers are closed.
  public HttpServerOptions withIdle(Duration time) {
    return new HttpServerOptions(
        listen, identity, maxHeadBytes, maxBodyBytes, maxConnections, time, grace);
  }
}
