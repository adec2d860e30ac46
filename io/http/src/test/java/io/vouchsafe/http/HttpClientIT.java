package io.vouchsafe.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Pem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpClientIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Timeouts PATIENT = new Timeouts(LONG, LONG, LONG);
  private static final Timeouts SHORT = new Timeouts(LONG, Duration.ofMillis(1500), LONG);
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path folder;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void start() throws Exception {
    server = serve(HttpServer.create(loopback(), 0));
  }

  @AfterEach
  void stop() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private HttpServer serve(HttpServer made) {
    made.setExecutor(threads);
    made.createContext("/", this::handle);
    made.start();
    return made;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      String path = exchange.getRequestURI().getPath();
      if (path.startsWith("/to/")) {
        exchange.getResponseHeaders().set("Location", exchange.getRequestURI().getQuery());
        exchange.sendResponseHeaders(Integer.parseInt(path.substring(4)), -1);
      } else if (path.equals("/circle")) {
        exchange.getResponseHeaders().set("Location", path);
        exchange.sendResponseHeaders(302, -1);
      } else if (path.equals("/hang")) {
        await();
      } else if (path.equals("/stall")) {
        exchange.sendResponseHeaders(200, 100);
        exchange.getResponseBody().write(new byte[50]);
        exchange.getResponseBody().flush();
        await();
      } else if (path.equals("/cut")) {
        exchange.sendResponseHeaders(200, 100);
        exchange.getResponseBody().write(new byte[50]);
      } else if (path.equals("/large")) {
        exchange.sendResponseHeaders(200, 1 << 20);
        exchange.getResponseBody().write(new byte[1 << 20]);
      } else {
        byte[] body = exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().add("X-Method", exchange.getRequestMethod());
        exchange.sendResponseHeaders(
            path.equals("/no") ? 403 : 200, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
          exchange.getResponseBody().write(body);
        }
      }
    }
  }

  private void await() {
    try {
      closing.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private static HttpClient.Builder client() {
    return HttpClient.builder().timeouts(PATIENT);
  }

  private static HttpResponse send(HttpClient.Builder builder, HttpRequest request)
      throws HttpException {
    try (HttpClient client = builder.build()) {
      return client.send(request);
    }
  }

  private static void assertFails(
      HttpException.Kind kind, HttpClient.Builder builder, HttpRequest request) {
    assertThatThrownBy(() -> send(builder, request))
        .isInstanceOfSatisfying(
            HttpException.class, e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
  }

  @Test
  void body_isSentAndReceived() throws Exception {
    HttpResponse answer = send(client(), HttpRequest.postJson(uri("/"), Bytes.utf8("{}")));

    assertThat(answer.body().utf8Lossy()).isEqualTo("{}");
    assertThat(answer.headers().first("x-method")).contains("POST");
    assertThat(answer.isSuccess()).isTrue();
  }

  @Test
  void stream_isSent() throws Exception {
    byte[] content = new byte[300_000];
    HttpRequest request =
        HttpRequest.of("PUT", uri("/"))
            .body(
                new HttpRequest.Body.Stream(
                    () -> new ByteArrayInputStream(content), content.length));

    assertThat(send(client(), request).body().size()).isEqualTo(content.length);
  }

  @Test
  void answerThatSaysNo_isAnAnswer() throws Exception {
    assertThat(send(client(), HttpRequest.get(uri("/no"))).status()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/hang", "/stall"})
  void server_thatSaysNothing_runsIntoTheLimit(String path) {
    assertFails(HttpException.Kind.TIMEOUT, client().timeouts(SHORT), HttpRequest.get(uri(path)));
  }

  @Test
  void wholeLimit_countsTheBody() {
    Timeouts whole = new Timeouts(LONG, LONG, Duration.ofSeconds(1));

    assertFails(
        HttpException.Kind.TIMEOUT,
        HttpClient.builder().timeouts(whole),
        HttpRequest.get(uri("/stall")));
  }

  @Test
  void body_thatIsCut_isBroken() {
    assertFails(HttpException.Kind.BROKEN, client(), HttpRequest.get(uri("/cut")));
  }

  @Test
  void body_beyondItsBound_isRefused() {
    assertFails(
        HttpException.Kind.OVERSIZED, client().maxBody(1000), HttpRequest.get(uri("/large")));
  }

  @Test
  void stream_closedEarly_leavesTheClientUsable() throws Exception {
    try (HttpClient client = client().build()) {
      try (HttpStream stream = client.open(HttpRequest.get(uri("/large")));
          InputStream body = stream.body()) {
        assertThat(body.readNBytes(10)).hasSize(10);
      }
      assertThat(client.send(HttpRequest.get(uri("/"))).status()).isEqualTo(200);
    }
  }

  @Test
  void nobody_isUnreachable() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertFails(
        HttpException.Kind.UNREACHABLE,
        client(),
        HttpRequest.get(URI.create("http://127.0.0.1:" + port + "/")));
    assertFails(
        HttpException.Kind.UNREACHABLE,
        client(),
        HttpRequest.get(URI.create("http://no-such-host.invalid/")));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirect_isRefusedUnlessAllowed(int status) throws Exception {
    HttpRequest request = HttpRequest.get(uri("/to/" + status + "?/"));

    assertFails(HttpException.Kind.REDIRECT, client(), request);
    HttpResponse answer = send(client().redirects(RedirectPolicy.sameServer()), request);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.uri()).isEqualTo(uri("/"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://127.0.0.2:1/", "https://127.0.0.1/", "//other/", "ftp://127.0.0.1/", "::"})
  void redirect_elsewhere_isRefused(String target) {
    assertFails(
        HttpException.Kind.REDIRECT,
        client().redirects(RedirectPolicy.sameServer()),
        HttpRequest.get(uri("/to/302?" + target)));
  }

  @Test
  void redirect_inACircle_isRefused() {
    assertFails(
        HttpException.Kind.REDIRECT,
        client().redirects(RedirectPolicy.sameServer()),
        HttpRequest.get(uri("/circle")));
  }

  @Test
  void redirectToAnotherServer_losesCredentials() throws Exception {
    HttpServer other = serve(HttpServer.create(loopback(), 0));
    try {
      String target = "http://127.0.0.1:" + other.getAddress().getPort() + "/";
      HttpRequest request =
          HttpRequest.get(uri("/to/302?" + target)).header("authorization", "secret");

      send(client().redirects((_, _) -> true), request);

      assertThat(authorizations).containsExactly("secret", "null");
    } finally {
      other.stop(0);
    }
  }

  private record Secured(HttpServer server, Bytes certificate) {
    URI uri(String host) {
      return URI.create("https://" + host + ":" + server.getAddress().getPort() + "/");
    }
  }

  private Secured secured(String name) throws Exception {
    Path store = folder.resolve(name + ".p12");
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    Process process =
        new ProcessBuilder(
                keytool.toString(),
                "-genkeypair",
                "-alias",
                "key",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    HttpsServer https = HttpsServer.create(loopback(), 0);
    https.setHttpsConfigurator(new HttpsConfigurator(context));
    Bytes der = Bytes.of(keys.getCertificate("key").getEncoded());
    return new Secured(serve(https), Bytes.utf8(Pem.encode("CERTIFICATE", der)));
  }

  @Test
  void certificate_isTrustedOnlyWhenItsRootIsNamed() throws Exception {
    Secured secured = secured("one");
    Secured other = secured("two");
    try {
      HttpRequest request = HttpRequest.get(secured.uri("127.0.0.1"));

      assertThat(send(client().onlyRoots(secured.certificate), request).status()).isEqualTo(200);
      assertThat(send(client().extraRoots(secured.certificate), request).status()).isEqualTo(200);
      assertFails(HttpException.Kind.TLS, client(), request);
      assertFails(HttpException.Kind.TLS, client().onlyRoots(other.certificate), request);
      assertFails(
          HttpException.Kind.TLS,
          client().onlyRoots(secured.certificate),
          HttpRequest.get(secured.uri("localhost")));
    } finally {
      secured.server.stop(0);
      other.server.stop(0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
  void roots_thatAreNoCertificates_areRefused(String pem) {
    assertThatThrownBy(() -> HttpClient.builder().onlyRoots(Bytes.utf8(pem)))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void request_toAnotherScheme_isRefused() {
    assertThatThrownBy(() -> HttpRequest.get(URI.create("file:///etc/passwd")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> HttpRequest.get(URI.create("relative")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
