package io.vouchsafe.http.server;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.vouchsafe.encoding.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A request of the engine. Used by one thread.
final class EngineRequest implements HttpRequest {
  /// How much of a body that is too long is read and thrown away, in allowed bodies.
  private static final int DISCARDED_BODIES = 4;

  private static final Duration DISCARD_TIME = Duration.ofMillis(500);
  private static final int BUFFER = 16 << 10;
  private static final Logger LOG = Logger.getLogger(EngineRequest.class.getName());

  private final ServerRequest request;
  private final int maxBodyBytes;
  private @Nullable Bytes body;

  EngineRequest(ServerRequest request, int maxBodyBytes) {
    this.request = request;
    this.maxBodyBytes = maxBodyBytes;
  }

  @Override
  public String method() {
    return request.prologue().method().text();
  }

  @Override
  public String rawPath() {
    return request.prologue().uriPath().rawPath();
  }

  @Override
  public Optional<String> rawQuery() {
    return request.prologue().hasQuery()
        ? Optional.of(request.prologue().query().rawValue())
        : Optional.empty();
  }

  @Override
  public Optional<String> header(String name) {
    return headers(name).stream().findFirst();
  }

  @Override
  public List<String> headers(String name) {
    return request.headers().values(HeaderNames.create(name));
  }

  @Override
  public String peer() {
    // Never the host's name: that would be asked from a name server for every line of the log.
    return request.remotePeer().address() instanceof InetSocketAddress peer
        ? peer.getAddress().getHostAddress() + ":" + peer.getPort()
        : "unknown";
  }

  @Override
  public Bytes body() throws BodyTooLargeException {
    Bytes known = body;
    if (known == null) {
      known = read();
      body = known;
    }
    return known;
  }

  boolean wantsClose() {
    return request.headers().containsToken(HeaderValues.CONNECTION_CLOSE);
  }

  boolean hasUnreadBody() {
    return body == null && request.content().hasEntity();
  }

  /// Reads what nobody wants, after the answer and for a little while: a peer that still sends when
  /// the connection is closed never sees the answer.
  void discardBody() {
    Thread reader = Thread.ofVirtual().start(this::discard);
    try {
      reader.join(DISCARD_TIME);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void discard() {
    byte[] buffer = new byte[BUFFER];
    try {
      InputStream in = request.content().inputStream();
      long left = DISCARDED_BODIES * (long) maxBodyBytes;
      int read = 0;
      while (left > 0 && read >= 0) {
        read = in.read(buffer);
        left -= read;
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.FINE, "the rest of a body could not be read", e);
    }
  }

  private Bytes read() throws BodyTooLargeException {
    if (!request.content().hasEntity()) {
      return Bytes.EMPTY;
    }
    if (request.headers().contentLength().orElse(0) > maxBodyBytes) {
      throw new BodyTooLargeException(maxBodyBytes);
    }
    try {
      byte[] read = request.content().inputStream().readNBytes(maxBodyBytes + 1);
      if (read.length > maxBodyBytes) {
        throw new BodyTooLargeException(maxBodyBytes);
      }
      return Bytes.of(read);
    } catch (IOException e) {
      throw new UncheckedIOException("the request ended early", e);
    }
  }
}
