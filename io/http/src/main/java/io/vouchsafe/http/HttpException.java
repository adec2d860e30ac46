package io.vouchsafe.http;

import java.io.IOException;
import java.net.URI;
import java.util.Objects;

/// No usable answer came. An answer that says no is an answer, not this.
public final class HttpException extends IOException {
  private static final long serialVersionUID = 1L;

  /// What went wrong.
  public enum Kind {
    /// No connection: no such host, nobody listens, no route.
    UNREACHABLE,
    /// The server's certificate is not trusted, or TLS failed otherwise.
    TLS,
    /// A time limit passed.
    TIMEOUT,
    /// The body is larger than the caller takes.
    OVERSIZED,
    /// The server redirects to a place that is not allowed, or in circles.
    REDIRECT,
    /// The connection broke, or what came is no HTTP.
    BROKEN
  }

  private final Kind kind;
  private final URI uri;

  /// @param uri what was asked for
  /// @param detail what happened
  public HttpException(Kind kind, URI uri, String detail) {
    super(kind + " at " + withoutQuery(uri) + ": " + detail);
    this.kind = Objects.requireNonNull(kind, "kind");
    this.uri = uri;
  }

  HttpException(Kind kind, URI uri, Throwable cause) {
    this(kind, uri, describe(cause));
    initCause(cause);
  }

  private static String describe(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  /// Queries of signed addresses are secrets.
  private static String withoutQuery(URI uri) {
    String text = uri.toString();
    int query = text.indexOf('?');
    return query < 0 ? text : text.substring(0, query) + "?…";
  }

  public Kind kind() {
    return kind;
  }

  public URI uri() {
    return uri;
  }
}
