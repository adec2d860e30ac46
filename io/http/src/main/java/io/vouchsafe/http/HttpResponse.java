package io.vouchsafe.http;

import io.vouchsafe.encoding.Bytes;
import java.net.URI;

/// An answer, read to its end.
///
/// @param status status code
/// @param uri where it came from, after redirects
/// @param headers header fields
/// @param body the body
public record HttpResponse(int status, URI uri, HttpHeaders headers, Bytes body) {

  /// Whether the status is 2xx.
  public boolean isSuccess() {
    return status / 100 == 2;
  }
}
