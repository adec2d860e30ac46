package io.vouchsafe.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

/// An answer whose body is read as it comes. Closing it gives the connection back, or ends it if
/// the body was not read to its end.
///
/// @param status status code
/// @param uri where it came from, after redirects
/// @param headers header fields
/// @param body throws [HttpException] when time limits pass or the connection breaks
public record HttpStream(int status, URI uri, HttpHeaders headers, InputStream body)
    implements AutoCloseable {

  @Override
  public void close() throws IOException {
    body.close();
  }
}
