package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Sends requests to a trust server byte by byte: no library rewrites paths or adds headers.
final class Client {
  private static final int TIMEOUT_MILLIS = 20_000;

  private final SSLContext tls;
  private final int port;

  Client(TrustServer server) {
    this.tls = trusting(server.caCertificate());
    this.port = server.port();
  }

  static SSLContext trusting(X509Certificate root) {
    try {
      KeyStore anchors = KeyStore.getInstance("PKCS12");
      anchors.load(null, null);
      anchors.setCertificateEntry("root", root);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(anchors);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  record Answer(int status, List<String[]> headers, Bytes body) {
    Optional<String> header(String name) {
      return headers.stream()
          .filter(header -> header[0].equalsIgnoreCase(name))
          .map(header -> header[1])
          .findFirst();
    }

    Json.Obj json() throws FormatException {
      return Json.parseObject(body, JsonLimits.MESSAGE);
    }

    String text() {
      return body.utf8Lossy();
    }

    /// The session that the answer sets.
    String cookie() {
      String cookie = header("set-cookie").orElseThrow();
      return cookie.substring(0, cookie.indexOf(';'));
    }

    String code() {
      return header("Vouchsafe-Code").orElse("");
    }
  }

  Answer get(String target, String... headers) throws IOException {
    return send("GET", target, Bytes.EMPTY, headers);
  }

  Answer post(String target, String body, String... headers) throws IOException {
    return send("POST", target, Bytes.utf8(body), headers);
  }

  /// @param headers names and values in turn
  Answer send(String method, String target, Bytes body, String... headers) throws IOException {
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    for (int i = 0; i < headers.length; i += 2) {
      head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
    }
    if (!body.isEmpty() || method.equals("POST") || method.equals("PUT")) {
      head.append("Content-Length: ").append(body.size()).append("\r\n");
    }
    head.append("Connection: close\r\n\r\n");
    try (Socket socket = tls.getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().write(body.toByteArray());
      socket.getOutputStream().flush();
      return parse(Bytes.of(socket.getInputStream().readAllBytes()));
    }
  }

  private static Answer parse(Bytes raw) throws IOException {
    String text = new String(raw.toByteArray(), StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      throw new IOException("no complete head in: " + text);
    }
    String[] lines = text.substring(0, end).split("\r\n");
    List<String[]> headers = new ArrayList<>();
    boolean chunked = false;
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      String name = lines[i].substring(0, colon);
      String value = lines[i].substring(colon + 1).strip();
      headers.add(new String[] {name, value});
      chunked |=
          name.toLowerCase(Locale.ROOT).equals("transfer-encoding") && value.equals("chunked");
    }
    if (chunked) {
      throw new IOException("the server is expected to know the length of its answers");
    }
    return new Answer(
        Integer.parseInt(lines[0].split(" ")[1]), headers, raw.slice(end + 4, raw.size()));
  }
}
