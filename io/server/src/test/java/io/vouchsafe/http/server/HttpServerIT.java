package io.vouchsafe.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerIT {
  private static final InetSocketAddress ANY_PORT = new InetSocketAddress("127.0.0.1", 0);

  /// Far more than the grace of a closing server, and less than a silent peer may keep quiet.
  private static final Duration SOON = Duration.ofSeconds(40);

  private static final HttpHandler ECHO =
      request ->
          HttpAnswer.of(
              200,
              "text/plain",
              Bytes.utf8(request.method() + " " + request.target() + " " + request.body().size()));

  private HttpServer server =
      HttpServer.start(HttpServerOptions.insecurePlain(ANY_PORT).withBounds(64 << 10, 1000), ECHO);

  @AfterEach
  void close() {
    server.close();
  }

  /// Lets requests that run when it closes take a minute.
  private static HttpServerOptions patient() {
    Duration minute = Duration.ofMinutes(1);
    return new HttpServerOptions(ANY_PORT, Optional.empty(), 1 << 10, 0, 4, minute, minute);
  }

  /// Sends bytes and reads until the server closes.
  private String raw(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      try (InputStream in = socket.getInputStream()) {
        in.transferTo(answer);
      }
      return answer.toString(StandardCharsets.ISO_8859_1);
    }
  }

  private String get(String target) throws IOException {
    return raw("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/a/../b",
        "/a//b/",
        "/%2e%2e/%2F",
        "/a;x=1/b",
        "/a?%ZZ=%ff&&&=",
        "/a?",
        "/a?b?c=d",
        "/%zz"
      })
  void request_oddTargets_arriveAsSent(String target) throws Exception {
    assertThat(get(target)).startsWith("HTTP/1.1 200 OK").endsWith("GET " + target + " 0");
  }

  @Test
  void request_fragment_isRefused() throws Exception {
    assertThat(get("/a#b")).startsWith("HTTP/1.1 400");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PATCH", "OPTIONS", "TRACE", "FOO"})
  void request_anyMethod_reachesTheHandler(String method) throws Exception {
    assertThat(raw(method + " /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK")
        .endsWith(method + " /x 0");
  }

  @Test
  void request_head_isAnsweredWithoutBody() throws Exception {
    String answer = raw("HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 200 OK").endsWith("\r\n\r\n");
  }

  @Test
  void request_largeHead_isTaken() throws Exception {
    String token = "a".repeat(60_000);
    String answer =
        raw(
            "GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                + token
                + "\r\nConnection: close\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 200 OK");
  }

  @Test
  void request_headBeyondTheBound_isRefused() throws Exception {
    String answer = raw("GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(70_000) + "\r\n\r\n");

    assertThat(answer).matches("(?s)HTTP/1.1 4(00|31) .*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/3.7\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
      })
  void request_malformedHead_isRefused(String head) throws Exception {
    assertThat(raw(head))
        .satisfiesAnyOf(
            answer -> assertThat(answer).matches("(?s)HTTP/1.1 (400|505|501) .*"),
            answer -> assertThat(answer).isEmpty());
  }

  @Test
  void body_upToTheBound_isRead() throws Exception {
    assertThat(post(1000, "Content-Length: 1000\r\n")).startsWith("HTTP/1.1 200").endsWith(" 1000");
  }

  @Test
  void body_beyondTheBound_is413AndCloses() throws Exception {
    String answer = post(1001, "Content-Length: 1001\r\n");

    assertThat(answer)
        .startsWith("HTTP/1.1 413")
        .containsIgnoringCase("content-type: text/plain; charset=utf-8")
        .containsIgnoringCase("connection: close")
        .endsWith("payload reached size limit");
  }

  private String post(int length, String headers) throws IOException {
    return raw(
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + headers
            + "\r\n"
            + "x".repeat(length));
  }

  @Test
  void body_chunkedBeyondTheBound_is413() throws Exception {
    String chunk = "200\r\n" + "x".repeat(512) + "\r\n";

    assertThat(
            raw(
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + chunk.repeat(4)
                    + "0\r\n\r\n"))
        .startsWith("HTTP/1.1 413");
  }

  @Test
  void body_promisedButNeverSent_doesNotBlockClose() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket
          .getOutputStream()
          .write(
              "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab"
                  .getBytes(StandardCharsets.US_ASCII));
      long start = System.nanoTime();
      server.close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    }
  }

  @Test
  void body_unread_closesTheConnection() throws Exception {
    server.close();
    server =
        HttpServer.start(HttpServerOptions.insecurePlain(ANY_PORT), _ -> HttpAnswer.empty(404));

    assertThat(raw("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\nabc"))
        .startsWith("HTTP/1.1 404");
  }

  @Test
  void connection_keptAlive_servesSeveralRequests() throws Exception {
    String one = "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n";
    String two = "GET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    assertThat(raw(one + two)).contains("GET /1 0").endsWith("GET /2 0");
  }

  @Test
  void handler_thatThrows_is500WithoutDetails() throws Exception {
    server.close();
    server =
        HttpServer.start(
            HttpServerOptions.insecurePlain(ANY_PORT),
            _ -> {
              throw new IllegalStateException("a secret detail");
            });

    assertThat(get("/")).startsWith("HTTP/1.1 500").doesNotContain("secret");
  }

  @Test
  void close_letsARunningRequestEnd() throws Exception {
    server.close();
    CountDownLatch running = new CountDownLatch(1);
    server =
        HttpServer.start(
            patient(),
            _ -> {
              running.countDown();
              LockSupport.parkNanos(300_000_000);
              return HttpAnswer.empty(204);
            });
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answer = threads.submit(() -> get("/"));
      running.await();
      server.close();
      assertThat(answer.get()).startsWith("HTTP/1.1 204");
    }
  }

  @Test
  void start_portInUse_saysWhich() {
    var taken = HttpServerOptions.insecurePlain(server.address());

    assertThatThrownBy(() -> HttpServer.start(taken, ECHO))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(String.valueOf(server.port()));
  }

  @Test
  void header_withLineBreak_isRefused() {
    assertThatThrownBy(() -> HttpAnswer.empty(200).with("x", "a\r\nb: c"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tls_ownCertificate_isServedAndRenewed(@TempDir Path folder) throws Exception {
    KeyStore first = selfSigned(folder.resolve("a.p12"), "CN=first");
    KeyStore second = selfSigned(folder.resolve("b.p12"), "CN=second");
    char[] password = "changeit".toCharArray();
    try (HttpServer secure =
        HttpServer.start(HttpServerOptions.tls(ANY_PORT, TlsIdentity.of(first, password)), ECHO)) {
      assertThat(post(secure, first)).isEqualTo("POST /p 5");

      secure.renew(TlsIdentity.of(second, password));

      assertThat(post(secure, second)).isEqualTo("POST /p 5");
      assertThatThrownBy(() -> post(secure, first)).isInstanceOf(IOException.class);
    }
  }

  private static String post(HttpServer secure, KeyStore trusted) throws Exception {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    anchors.setCertificateEntry("a", trusted.getCertificate("server"));
    trust.init(anchors);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
      return client
          .send(
              java.net.http.HttpRequest.newBuilder(
                      URI.create("https://127.0.0.1:" + secure.port() + "/p"))
                  .POST(BodyPublishers.ofString("hello"))
                  .build(),
              BodyHandlers.ofString())
          .body();
    }
  }

  static KeyStore selfSigned(Path file, String subject) throws Exception {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                subject,
                "-ext",
                "san=ip:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(output).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, "changeit".toCharArray());
    }
    return store;
  }
}
