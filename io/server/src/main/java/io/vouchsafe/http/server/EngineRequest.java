package io.vouchsafe.http.server;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.vouchsafe.encoding.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request of the engine. Used by one thread.
final class EngineRequest implements HttpRequest {
  /// How much of a body that is too long is read and thrown away, in allowed bodies.
  private static final int DISCARDED_BODIES = 4;

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
    return String.valueOf(request.remotePeer().address());
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

  /// Reads on for a while before giving up: a peer that is reset while it still sends never sees
  /// the answer.
  private BodyTooLargeException tooLarge(InputStream in) throws IOException {
    in.skip(DISCARDED_BODIES * (long) maxBodyBytes);
    return new BodyTooLargeException(maxBodyBytes);
  }

  boolean wantsClose() {
    return request.headers().containsToken(HeaderValues.CONNECTION_CLOSE);
  }

  boolean hasUnreadBody() {
    return body == null && request.content().hasEntity();
  }

  private Bytes read() throws BodyTooLargeException {
    if (!request.content().hasEntity()) {
      return Bytes.EMPTY;
    }
    try (InputStream in = request.content().inputStream()) {
      if (request.headers().contentLength().orElse(0) > maxBodyBytes) {
        throw tooLarge(in);
      }
      byte[] read = in.readNBytes(maxBodyBytes + 1);
      if (read.length > maxBodyBytes) {
        throw tooLarge(in);
      }
      return Bytes.of(read);
    } catch (IOException e) {
      throw new UncheckedIOException("the request ended early", e);
    }
  }
}
