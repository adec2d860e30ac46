package io.vouchsafe.http.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// An answer. `Content-Length`, `Date` and `Connection` are the server's business.
///
/// @param status status code
/// @param headers in the order in which they are sent
/// @param body may be empty
/// @param file sent in place of the body, as a stream: for what does not fit in memory. It must not
///   change while it is sent
public record HttpAnswer(int status, List<Header> headers, Bytes body, Optional<Path> file) {

  /// One header line.
  public record Header(String name, String value) {
    /// @throws IllegalArgumentException if the value would break out of its line
    public Header {
      Objects.requireNonNull(name, "name");
      for (int i = 0; i < value.length(); i++) {
        if (value.charAt(i) < ' ' && value.charAt(i) != '\t') {
          throw new IllegalArgumentException("control character in header " + name);
        }
      }
    }
  }

  public HttpAnswer {
    headers = List.copyOf(headers);
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(file, "file");
  }

  /// An answer that is in memory.
  public HttpAnswer(int status, List<Header> headers, Bytes body) {
    this(status, headers, body, Optional.empty());
  }

  /// An answer without headers and body.
  public static HttpAnswer empty(int status) {
    return new HttpAnswer(status, List.of(), Bytes.EMPTY);
  }

  /// An answer with a body of a media type.
  public static HttpAnswer of(int status, String contentType, Bytes body) {
    return new HttpAnswer(status, List.of(new Header("content-type", contentType)), body);
  }

  /// An answer with the content of a file.
  public static HttpAnswer file(int status, String contentType, Path file) {
    return new HttpAnswer(
        status, List.of(new Header("content-type", contentType)), Bytes.EMPTY, Optional.of(file));
  }

  /// An answer with a JSON body.
  public static HttpAnswer json(int status, Json body) {
    return of(status, "application/json", body.utf8());
  }

  /// This answer with one more header.
  public HttpAnswer with(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new HttpAnswer(status, more, body, file);
  }

  /// The first value of a header, found without regard to case.
  public Optional<String> header(String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .findFirst();
  }
}
