package io.vouchsafe.http;

import java.net.URI;

/// Decides whether a redirect is followed. Only `GET` and `HEAD` are redirected at all, never from
/// `https` to `http`, and credentials go to the same server only.
@FunctionalInterface
public interface RedirectPolicy {
  boolean allows(URI from, URI to);

  /// No redirects: each is refused.
  static RedirectPolicy never() {
    return (_, _) -> false;
  }

  /// On the same server only.
  static RedirectPolicy sameServer() {
    return HttpRequest::sameServer;
  }
}
