package io.vouchsafe.http;

import io.vouchsafe.encoding.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A request.
///
/// @param method for example `GET`
/// @param uri with scheme `http` or `https`
/// @param headers field names and values
/// @param body what is sent with it
public record HttpRequest(String method, URI uri, Map<String, String> headers, Body body) {

  /// What is sent.
  public sealed interface Body {
    /// Nothing.
    record None() implements Body {}

    /// A text or the like.
    record Whole(Bytes content) implements Body {}

    /// A stream of known length. Opened once; a request with it is never repeated.
    record Stream(Opener opener, long length) implements Body {}
  }

  /// Opens what is sent.
  @FunctionalInterface
  public interface Opener {
    InputStream open() throws IOException;
  }

  public HttpRequest {
    headers = Map.copyOf(headers);
    String scheme = Optional.ofNullable(uri.getScheme()).orElse("");
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException("http or https, got " + scheme);
    }
  }

  /// A request without body.
  public static HttpRequest of(String method, URI uri) {
    return new HttpRequest(method, uri, Map.of(), new Body.None());
  }

  public static HttpRequest get(URI uri) {
    return of("GET", uri);
  }

  /// A `POST` of JSON.
  public static HttpRequest postJson(URI uri, Bytes json) {
    return new HttpRequest(
        "POST", uri, Map.of("Content-Type", "application/json"), new Body.Whole(json));
  }

  /// The same with one more header field, in place of one of that name.
  public HttpRequest header(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.keySet().removeIf(name::equalsIgnoreCase);
    more.put(name, value);
    return new HttpRequest(method, uri, more, body);
  }

  /// The same with a body.
  public HttpRequest body(Body newBody) {
    return new HttpRequest(method, uri, headers, newBody);
  }

  /// The same to another place, without what only the first may see unless it is the same server.
  HttpRequest redirected(URI to) {
    Map<String, String> kept = new LinkedHashMap<>(headers);
    if (!sameServer(uri, to)) {
      kept.keySet()
          .removeIf(name ->
              name.equalsIgnoreCase("Authorization")
                  || name.equalsIgnoreCase("Proxy-Authorization")
                  || name.equalsIgnoreCase("Cookie"));
    }
    return new HttpRequest(method, to, kept, body);
  }

  /// Whether two addresses have scheme, host and port in common.
  public static boolean sameServer(URI one, URI other) {
    return one.getScheme().equalsIgnoreCase(other.getScheme())
        && String.valueOf(one.getHost()).equalsIgnoreCase(String.valueOf(other.getHost()))
        && port(one) == port(other);
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
  }
}
