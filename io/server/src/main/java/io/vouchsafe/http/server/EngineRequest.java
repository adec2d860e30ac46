package io.vouchsafe.http.server;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.vouchsafe.encoding.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A request of the engine. Used by one thread.
final class EngineRequest implements HttpRequest {
  /// How much of a body that is too long is read and thrown away, in allowed bodies.
  private static final int DISCARDED_BODIES = 4;

  private static final Duration DISCARD_TIME = Duration.ofMillis(500);
  private static final int BUFFER = 16 << 10;

  /// Of the headers that the program asks for: names are written in it, so there are few.
  private static final ConcurrentMap<String, HeaderName> HEADER_NAMES = new ConcurrentHashMap<>();

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
    return request.headers().values(HEADER_NAMES.computeIfAbsent(name, HeaderNames::create));
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
    long length = request.headers().contentLength().orElse(-1);
    if (length > maxBodyBytes) {
      throw new BodyTooLargeException(maxBodyBytes);
    }
    try (InputStream in = request.content().inputStream()) {
      // Of a known length no more is made room for; the engine lets none be longer than it says.
      byte[] read = in.readNBytes(length < 0 ? maxBodyBytes + 1 : (int) length);
      if (read.length < length) {
        throw new EOFException("the body is shorter than its length");
      }
      if (read.length > maxBodyBytes) {
        throw new BodyTooLargeException(maxBodyBytes);
      }
      return Bytes.of(read);
    } catch (IOException e) {
      throw new UncheckedIOException("the request ended early", e);
    }
  }
}
