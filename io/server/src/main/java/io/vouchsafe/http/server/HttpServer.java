package io.vouchsafe.http.server;

import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;
import io.helidon.config.Config;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.media.MediaContext;
import io.helidon.service.registry.GlobalServiceRegistry;
import io.helidon.service.registry.ServiceRegistry;
import io.helidon.service.registry.ServiceRegistryConfig;
import io.helidon.service.registry.ServiceRegistryManager;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.vouchsafe.encoding.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/// A running server. [#close()] takes no new requests, lets running ones end within the grace, and
/// frees the port.
///
/// What the handler does not answer: a request head that does not parse or is too long (400, 414 or
/// 431), a body that is too long (413), an exception of the handler (500, empty, logged).
public final class HttpServer implements AutoCloseable {
  /// The body of a 413, as the reference broker sends it.
  static final String TOO_LARGE = "payload reached size limit";

  private static final Logger LOG = Logger.getLogger(HttpServer.class.getName());

  /// The engine reports every start and stop at INFO. Kept in a field, because loggers that nobody
  /// holds forget their level.
  private static final Logger ENGINE = Logger.getLogger("io.helidon");

  static {
    ENGINE.setLevel(Level.WARNING);
  }

  private final WebServer server;
  private final Optional<RenewableKeyManager> keys;
  private final HandshakeWatch watch;
  private final InetSocketAddress address;

  private HttpServer(
      WebServer server,
      Optional<RenewableKeyManager> keys,
      HandshakeWatch watch,
      InetSocketAddress address) {
    this.server = server;
    this.keys = keys;
    this.watch = watch;
    this.address = address;
  }

  /// Binds and serves.
  ///
  /// @throws IllegalStateException if the address cannot be bound
  public static HttpServer start(HttpServerOptions options, HttpHandler handler) {
    // Everything that the engine would look up by itself is named here: no service discovery, no
    // configuration files, no codecs.
    Http1Config http1 =
        Http1Config.builder()
            .maxPrologueLength(options.maxHeadBytes())
            .maxHeadersSize(options.maxHeadBytes())
            .validatePath(false)
            .validatePrologue(false)
            .sendKeepAliveHeader(false)
            .receiveLog(false)
            .sendLog(false)
            .build();
    ServiceRegistry registry = emptyRegistry();
    var builder =
        WebServer.builder()
            .serviceRegistry(registry)
            .bindAddress(options.listen())
            // Over channels the engine asks a name server who each peer is, and sends no tickets,
            // so
            // that no client resumes its session.
            .useNio(false)
            // An answer of several records would wait for the client's delayed acknowledgement.
            .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
            .featuresDiscoverServices(false)
            .protocolsDiscoverServices(false)
            .concurrencyLimitDiscoverServices(false)
            .shutdownHook(false)
            .shutdownGracePeriod(options.grace())
            .idleConnectionTimeout(options.idle())
            .idleConnectionPeriod(options.idle())
            .maxTcpConnections(options.maxConnections())
            .contentEncoding(
                ContentEncodingContext.builder().contentEncodingsDiscoverServices(false).build())
            .mediaContext(MediaContext.builder().mediaSupportsDiscoverServices(false).build())
            .addConnectionSelector(Http1ConnectionSelector.builder().config(http1).build())
            .directHandlers(directHandlers())
            .routing(
                HttpRouting.builder()
                    .any((request, response) -> serve(options, handler, request, response)));
    Optional<RenewableKeyManager> keys = options.identity().map(RenewableKeyManager::new);
    HandshakeWatch watch = new HandshakeWatch(options.idle());
    keys.map(manager -> new WatchedContext(manager.context(), watch))
        .ifPresent(context -> builder.tls(Tls.builder().sslContext(context).build()));
    WebServer server;
    try {
      server = builder.build().start();
    } catch (RuntimeException e) {
      watch.close();
      throw new IllegalStateException("cannot listen on " + options.listen(), e);
    }
    if (!server.isRunning() || server.port() < 0) {
      watch.close();
      throw new IllegalStateException("cannot listen on " + options.listen());
    }
    return new HttpServer(
        server, keys, watch, new InetSocketAddress(options.listen().getAddress(), server.port()));
  }

  private static void serve(
      HttpServerOptions options,
      HttpHandler handler,
      ServerRequest request,
      ServerResponse response) {
    HttpAnswer answer;
    boolean close = false;
    EngineRequest received = new EngineRequest(request, options.maxBodyBytes());
    if (request.prologue().fragment().hasValue()) {
      // A fragment has no place in a request line; what a handler would see is not what was sent.
      answer = HttpAnswer.empty(400);
    } else {
      try {
        answer = handler.handle(received);
      } catch (BodyTooLargeException _) {
        answer = HttpAnswer.of(413, "text/plain; charset=utf-8", Bytes.utf8(TOO_LARGE));
        close = true;
      } catch (RuntimeException e) {
        LOG.log(Level.SEVERE, "the handler failed", e);
        answer = HttpAnswer.empty(500);
        close = true;
      }
    }
    // The engine would read what is left to its end, however long, to keep the connection.
    boolean unread = received.hasUnreadBody();
    close |= unread || received.wantsClose();
    response.status(Status.create(answer.status()));
    for (HttpAnswer.Header header : answer.headers()) {
      response.headers().add(HeaderNames.create(header.name()), header.value());
    }
    if (close) {
      response.header(HeaderNames.CONNECTION, "close");
    }
    boolean head = request.prologue().method() == Method.HEAD;
    if (answer.file().isPresent()) {
      send(answer.file().get(), head, response);
    } else {
      response.send(head ? new byte[0] : answer.body().toByteArray());
    }
    if (unread) {
      received.discardBody();
    }
    if (close) {
      // The engine says that it will close, and then waits for the peer to do it.
      throw new CloseConnectionException("answered, connection not kept");
    }
  }

  private static void send(Path file, boolean head, ServerResponse response) {
    try {
      response.contentLength(Files.size(file));
      if (head) {
        response.send(new byte[0]);
        return;
      }
      try (OutputStream out = response.outputStream()) {
        Files.copy(file, out);
      }
    } catch (IOException e) {
      // The head may be out already: the peer sees that something is missing by the length.
      LOG.log(Level.WARNING, "a file could not be sent", e);
      throw new CloseConnectionException("the file could not be sent", e);
    }
  }

  /// The engine looks for its own parts in a registry that it would fill by reading descriptions
  /// from every archive, and asks it for a configuration that it would search for in files. Both
  /// take longer than everything else at start.
  private static ServiceRegistry emptyRegistry() {
    ServiceRegistry registry =
        ServiceRegistryManager.create(
                ServiceRegistryConfig.builder()
                    .discoverServices(false)
                    .discoverServicesFromServiceLoader(false)
                    .putContractInstance(Config.class, Config.empty())
                    .build())
            .registry();
    if (!GlobalServiceRegistry.configured()) {
      GlobalServiceRegistry.registry(registry);
    }
    return registry;
  }

  /// Answers of the engine itself carry a status and nothing else.
  private static DirectHandlers directHandlers() {
    var handlers = DirectHandlers.builder();
    for (DirectHandler.EventType event : DirectHandler.EventType.values()) {
      handlers.addHandler(
          event,
          (_, _, status, headers, _) ->
              DirectHandler.TransportResponse.builder()
                  .status(status)
                  .headers(headers)
                  .keepAlive(false)
                  .build());
    }
    return handlers.build();
  }

  /// The port that is bound.
  public int port() {
    return address.getPort();
  }

  /// The address that is bound.
  public InetSocketAddress address() {
    return address;
  }

  /// Uses another key and certificate for new connections.
  ///
  /// @throws IllegalStateException if the server speaks plain HTTP
  public void renew(TlsIdentity identity) {
    keys.orElseThrow(() -> new IllegalStateException("the server speaks plain HTTP"))
        .renew(identity);
  }

  @Override
  public void close() {
    server.stop();
    watch.close();
  }
}
