package io.vouchsafe.bench;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLSocket;

/// One TLS connection that speaks just enough HTTP/1.1: the point is to decide when a connection is
/// new and when it is kept, which ready-made clients decide themselves.
final class BrokerConnection implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 60_000;
  private static final int MAX_BODY = 4 << 20;

  private final SSLSocket socket;
  private final InputStream in;
  private final OutputStream out;

  private BrokerConnection(SSLSocket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  /// What came back.
  record Answer(int status, Map<String, String> headers, Bytes body) {
    Json.Obj json() throws IOException {
      try {
        return Json.parseObject(body, JsonLimits.MESSAGE);
      } catch (FormatException e) {
        throw new IOException("the server's answer is no JSON", e);
      }
    }

    Answer orFail() throws IOException {
      if (status != 200) {
        throw new IOException(
            "the server answered %d %s %s"
                .formatted(status, headers.getOrDefault("vouchsafe-code", ""), body.utf8Lossy()));
      }
      return this;
    }
  }

  /// Connects, with a full handshake: nothing is resumed.
  static BrokerConnection open(URI url, Authority authority) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            authority.newContext().getSocketFactory().createSocket(url.getHost(), url.getPort());
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    socket.startHandshake();
    return new BrokerConnection(socket);
  }

  Answer get(String path, List<String> headers) throws IOException {
    return exchange("GET", path, headers, Bytes.EMPTY);
  }

  Answer post(String path, List<String> headers, Bytes body) throws IOException {
    return exchange("POST", path, headers, body);
  }

  private Answer exchange(String method, String path, List<String> headers, Bytes body)
      throws IOException {
    StringBuilder head = new StringBuilder(256);
    head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: broker\r\n");
    headers.forEach(header -> head.append(header).append("\r\n"));
    if (!method.equals("GET")) {
      head.append("Content-Type: application/json\r\nContent-Length: ")
          .append(body.size())
          .append("\r\n");
    }
    byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    byte[] whole = new byte[start.length + body.size()];
    System.arraycopy(start, 0, whole, 0, start.length);
    System.arraycopy(body.toByteArray(), 0, whole, start.length, body.size());
    out.write(whole);
    out.flush();
    return answer();
  }

  private Answer answer() throws IOException {
    int status = Integer.parseInt(line().split(" ", 3)[1]);
    Map<String, String> headers = new HashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    if (length > MAX_BODY) {
      throw new IOException("an answer of " + length + " bytes");
    }
    byte[] body = in.readNBytes(length);
    if (body.length != length) {
      throw new EOFException("the connection ended within an answer");
    }
    return new Answer(status, headers, Bytes.of(body));
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the connection ended before an answer");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
