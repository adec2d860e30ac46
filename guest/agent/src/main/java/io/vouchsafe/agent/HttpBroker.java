package io.vouchsafe.agent;

import io.vouchsafe.encoding.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// The broker over HTTP, with TLS that trusts what the measured init-data names and nothing else.
final class HttpBroker implements BrokerTransport {
  /// As real guests have it (kbs-protocol.md §7).
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final int MAX_ANSWER = 4 << 20;
  private static final String USER_AGENT = "attestation-agent-kbs-client/vouchsafe";

  private final URI base;
  private final HttpClient client;

  private HttpBroker(URI base, HttpClient client) {
    this.base = base;
    this.client = client;
  }

  /// @throws GeneralSecurityException if the certificate does not parse
  /// @throws IOException never, in effect: the trust store is in memory
  static HttpBroker of(GuestConfig config) throws GeneralSecurityException, IOException {
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(TIMEOUT);
    if (config.brokerCertificate().isPresent()) {
      client.sslContext(trusting(config.brokerCertificate().get()));
    }
    return new HttpBroker(config.broker(), client.build());
  }

  private static SSLContext trusting(String pem) throws GeneralSecurityException, IOException {
    KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
    roots.load(null, null);
    int index = 0;
    for (Certificate root :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(
                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))) {
      roots.setCertificateEntry("root-" + index++, root);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(roots);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  @Override
  public Answer send(String path, Optional<Bytes> body, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(TIMEOUT)
            .header("User-Agent", USER_AGENT);
    headers.forEach(request::header);
    if (body.isPresent()) {
      request
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofByteArray(body.get().toByteArray()));
    }
    HttpResponse<byte[]> response =
        client.send(
            request.build(),
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofByteArray(), MAX_ANSWER));
    return new Answer(response.statusCode(), Bytes.of(response.body()), response.headers().map());
  }
}
