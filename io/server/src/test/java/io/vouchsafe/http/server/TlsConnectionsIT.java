package io.vouchsafe.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What happens around a connection: handshakes, resumption, silent peers, and nobody asked who the
/// peer is.
class TlsConnectionsIT {
  private static final InetSocketAddress ANY_PORT = new InetSocketAddress("127.0.0.1", 0);
  private static final Duration IDLE = Duration.ofSeconds(2);

  /// Long enough that a client which sends all the time is not dropped where machines are slow.
  private static final Duration PATIENT = Duration.ofSeconds(8);

  private static final int TIMEOUT_MILLIS = 60_000;

  @TempDir private Path folder;
  private HttpServer server;
  private final AtomicInteger handshakes = new AtomicInteger();

  @BeforeEach
  void start() throws Exception {
    server = serving(IDLE);
  }

  private HttpServer serving(Duration idle) throws Exception {
    Path file = folder.resolve(idle + ".p12");
    KeyStore store = HttpServerIT.selfSigned(file, "CN=server");
    TlsIdentity identity = TlsIdentity.of(store, "changeit".toCharArray());
    return HttpServer.start(
        HttpServerOptions.tls(ANY_PORT, identity).withIdle(idle),
        request -> HttpAnswer.of(200, "text/plain", Bytes.utf8(request.peer())));
  }

  @AfterEach
  void close() {
    server.close();
  }

  /// A client that sees a certificate in every full handshake, and none when it resumes.
  private SSLContext client() throws GeneralSecurityException {
    X509TrustManager counting =
        new X509TrustManager() {
          @Override
          public void checkClientTrusted(X509Certificate[] chain, String type)
              throws CertificateException {
            throw new CertificateException("this is a client");
          }

          @Override
          public void checkServerTrusted(X509Certificate[] chain, String type) {
            handshakes.incrementAndGet();
          }

          @Override
          public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
          }
        };
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {counting}, null);
    return context;
  }

  private SSLSocket connect(SSLContext client) throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket(loopback, server.port());
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return socket;
  }

  private static String ask(SSLSocket socket) throws IOException {
    socket
        .getOutputStream()
        .write(
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }

  private String ask(SSLContext client) throws IOException {
    try (SSLSocket socket = connect(client)) {
      return ask(socket);
    }
  }

  @Test
  void client_thatComesBack_resumesItsSession() throws Exception {
    SSLContext client = client();
    for (int i = 0; i < 4; i++) {
      assertThat(ask(client)).startsWith("HTTP/1.1 200");
    }
    assertThat(handshakes).hasValue(1);
    assertThat(ask(client())).startsWith("HTTP/1.1 200");
    assertThat(handshakes).hasValue(2);
  }

  @Test
  void client_afterARenewal_seesTheNewCertificateWhenItStartsAnew() throws Exception {
    SSLContext client = client();
    ask(client);
    KeyStore renewed = HttpServerIT.selfSigned(folder.resolve("b.p12"), "CN=renewed");
    server.renew(TlsIdentity.of(renewed, "changeit".toCharArray()));
    assertThat(ask(client)).startsWith("HTTP/1.1 200");
    try (SSLSocket socket = connect(client())) {
      ask(socket);
      assertThat(socket.getSession().getPeerPrincipal().getName()).isEqualTo("CN=renewed");
    }
  }

  @Test
  void connection_asksNobodyWhoThePeerIs() throws Exception {
    ask(client());
    WatchedResolver.forget();
    assertThat(ask(client())).contains("127.0.0.1:");
    assertThat(WatchedResolver.asked()).isEmpty();
    // The watch works.
    InetAddress.getByAddress(new byte[] {127, 0, 0, 1}).getCanonicalHostName();
    assertThat(WatchedResolver.asked()).contains("127.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x25519", "secp256r1", "secp384r1"})
  void client_withOneGroupOnly_isServed(String group) throws Exception {
    try (SSLSocket socket = connect(client())) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setNamedGroups(new String[] {group});
      socket.setSSLParameters(parameters);
      assertThat(ask(socket)).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void peer_thatNeverShakesHands_isDropped() throws Exception {
    try (Socket silent = new Socket("127.0.0.1", server.port())) {
      silent.setSoTimeout(TIMEOUT_MILLIS);
      assertThat(closed(silent)).isTrue();
    }
  }

  @Test
  void peer_thatSaysNothingAfterTheHandshake_isDropped() throws Exception {
    try (SSLSocket silent = connect(client())) {
      silent.startHandshake();
      assertThat(closed(silent)).isTrue();
    }
  }

  @Test
  void peer_thatStopsWithinItsFirstMessage_isDropped() throws Exception {
    try (Socket silent = new Socket("127.0.0.1", server.port())) {
      silent.setSoTimeout(TIMEOUT_MILLIS);
      // The head of a handshake record of 512 bytes, and a few of them.
      silent.getOutputStream().write(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1});
      assertThat(closed(silent)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void peer_thatStopsAfterItsFirstMessage_isDropped(String version) throws Exception {
    SSLEngine engine = client().createSSLEngine();
    engine.setUseClientMode(true);
    engine.setEnabledProtocols(new String[] {version});
    ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), hello);
    try (Socket silent = new Socket("127.0.0.1", server.port())) {
      silent.setSoTimeout(TIMEOUT_MILLIS);
      silent.getOutputStream().write(hello.array(), 0, hello.position());
      assertThat(closed(silent)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HT", "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc"})
  void peer_thatStopsWithinARequest_isDropped(String part) throws Exception {
    try (SSLSocket silent = connect(client())) {
      silent.getOutputStream().write(part.getBytes(StandardCharsets.US_ASCII));
      assertThat(closed(silent)).isTrue();
    }
  }

  @Test
  void peer_thatStopsWithinItsSecondRequest_isDropped() throws Exception {
    try (SSLSocket silent = connect(client())) {
      silent
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET".getBytes(StandardCharsets.US_ASCII));
      assertThat(closed(silent)).isTrue();
    }
  }

  @Test
  void client_thatIsBusyLongerThanAHandshakeMayTake_isServed() throws Exception {
    server.close();
    server = serving(PATIENT);
    try (SSLSocket client = connect(client())) {
      for (int i = 0; i < 5; i++) {
        client
            .getOutputStream()
            .write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        Thread.sleep(PATIENT.dividedBy(4));
      }
      assertThat(ask(client).split("HTTP/1.1 200", -1)).hasSize(7);
    }
  }

  /// Whether the server closes before the test loses its patience.
  private static boolean closed(Socket socket) throws IOException {
    int read = 0;
    while (read >= 0) {
      try {
        read = socket.getInputStream().read();
      } catch (SocketTimeoutException _) {
        return false;
      } catch (SocketException _) {
        return true;
      }
    }
    return true;
  }

  @Test
  void peers_thatSayNothing_doNotKeepTheOthersOut() throws Exception {
    try (Socket _ = new Socket("127.0.0.1", server.port());
        Socket _ = new Socket("127.0.0.1", server.port())) {
      assertThat(ask(client())).startsWith("HTTP/1.1 200");
    }
  }
}
