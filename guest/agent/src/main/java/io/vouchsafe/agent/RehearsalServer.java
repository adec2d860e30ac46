package io.vouchsafe.agent;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.DerWriter;
import io.vouchsafe.encoding.Pem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// What a rehearsing agent talks to: just enough of an HTTP server on loopback, with or without TLS
/// by a certificate of its own.
final class RehearsalServer implements AutoCloseable {

  /// Answers a request.
  @FunctionalInterface
  interface Site {
    /// The body of a 200 with its content type, or empty for a 404.
    Optional<Page> page(String path) throws IOException;
  }

  /// @param type content type
  /// @param body content
  record Page(String type, Bytes body) {}

  private static final int BACKLOG = 8;
  private static final int MAX_HEAD = 16 << 10;
  private static final char[] NO_PASSWORD = new char[0];
  private static final String ECDSA_SHA256 = "1.2.840.10045.4.3.2";

  private final ServerSocket socket;
  private final Site site;

  private RehearsalServer(ServerSocket socket, Site site) {
    this.socket = socket;
    this.site = site;
    Thread.ofVirtual().start(this::acceptAll);
  }

  static RehearsalServer plain(Site site) throws IOException {
    return new RehearsalServer(listen(ServerSocketFactory.getDefault()), site);
  }

  /// @param pem certificate of [#certificate(KeyPair)]
  static RehearsalServer tls(KeyPair key, String pem, Site site)
      throws IOException, GeneralSecurityException {
    Certificate certificate =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setKeyEntry("server", key.getPrivate(), NO_PASSWORD, new Certificate[] {certificate});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, NO_PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return new RehearsalServer(listen(context.getServerSocketFactory()), site);
  }

  private static ServerSocket listen(ServerSocketFactory factory) throws IOException {
    return factory.createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
  }

  /// A certificate in PEM that `key` signs for itself, for the address 127.0.0.1.
  static String certificate(KeyPair key) throws GeneralSecurityException {
    Bytes algorithm = DerWriter.sequence(DerWriter.oid(ECDSA_SHA256));
    Bytes address =
        DerWriter.element(contextTag(), Bytes.of((byte) 127, (byte) 0, (byte) 0, (byte) 1));
    Bytes names =
        DerWriter.sequence(
            DerWriter.oid("2.5.29.17"), DerWriter.octetString(DerWriter.sequence(address)));
    Bytes subject =
        DerWriter.sequence(
            DerWriter.setOf(
                DerWriter.sequence(DerWriter.oid("2.5.4.3"), DerWriter.utf8("rehearsal"))));
    Bytes body =
        DerWriter.sequence(
            DerWriter.explicit(0, DerWriter.integer(2)),
            DerWriter.integer(1),
            algorithm,
            subject,
            DerWriter.sequence(
                DerWriter.time(Instant.parse("2020-01-01T00:00:00Z")),
                DerWriter.time(Instant.parse("2049-01-01T00:00:00Z"))),
            subject,
            Bytes.of(key.getPublic().getEncoded()),
            DerWriter.explicit(3, DerWriter.sequence(names)));
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(key.getPrivate());
    signer.update(body.toByteArray());
    return Pem.encode(
        "CERTIFICATE",
        DerWriter.sequence(body, algorithm, DerWriter.bitString(Bytes.of(signer.sign()))));
  }

  /// An IP address among the alternative names of a certificate.
  private static DerTag contextTag() {
    return new DerTag(DerTag.TagClass.CONTEXT, false, 7);
  }

  /// `127.0.0.1:PORT`.
  String address() {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  private void acceptAll() {
    while (!socket.isClosed()) {
      try {
        Socket accepted = socket.accept();
        Thread.ofVirtual().start(() -> serve(accepted));
      } catch (IOException _) {
        // Closed: the rehearsal is over.
        return;
      }
    }
  }

  private void serve(Socket accepted) {
    try (accepted) {
      InputStream in = accepted.getInputStream();
      for (String head = head(in); !head.isEmpty(); head = head(in)) {
        in.readNBytes(contentLength(head));
        Optional<Page> page = site.page(head.split(" ", 3)[1]);
        Page answer = page.orElse(new Page("text/plain", Bytes.EMPTY));
        String top =
            "HTTP/1.1 "
                + (page.isPresent() ? "200 OK" : "404 Not Found")
                + "\r\nContent-Type: "
                + answer.type()
                + "\r\nContent-Length: "
                + answer.body().size()
                + "\r\n\r\n";
        byte[] whole = Bytes.utf8(top).concat(answer.body()).toByteArray();
        accepted.getOutputStream().write(whole);
        accepted.getOutputStream().flush();
      }
    } catch (IOException _) {
      // The client has what it wanted.
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int state = 0;
    while (state < 4 && head.size() < MAX_HEAD) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.write(next);
      state = next == "\r\n\r\n".charAt(state) ? state + 1 : next == '\r' ? 1 : 0;
    }
    return head.toString(StandardCharsets.US_ASCII);
  }

  private static int contentLength(String head) {
    for (String line : head.toLowerCase(Locale.ROOT).split("\r\n", -1)) {
      if (line.startsWith("content-length:")) {
        return Integer.parseInt(line.substring("content-length:".length()).strip());
      }
    }
    return 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
