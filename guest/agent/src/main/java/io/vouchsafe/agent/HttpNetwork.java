package io.vouchsafe.agent;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.http.HttpClient;
import io.vouchsafe.http.HttpRequest;
import io.vouchsafe.http.HttpResponse;
import io.vouchsafe.http.Timeouts;
import io.vouchsafe.registry.RegistryClient;
import io.vouchsafe.registry.RegistryConfig;
import io.vouchsafe.registry.RegistryOptions;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Broker and registries over HTTP. The broker's TLS trusts what the measured init-data names and
/// nothing else.
final class HttpNetwork implements GuestNetwork {
  /// As real guests have it (kbs-protocol.md §7).
  private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(60);

  private static final String USER_AGENT = "attestation-agent-kbs-client/vouchsafe";

  @Override
  public BrokerTransport broker(GuestConfig config) throws FormatException {
    HttpClient.Builder client =
        HttpClient.builder()
            .userAgent(USER_AGENT)
            .timeouts(new Timeouts(BROKER_TIMEOUT, BROKER_TIMEOUT, BROKER_TIMEOUT));
    if (config.brokerCertificate().isPresent()) {
      client.onlyRoots(Bytes.utf8(config.brokerCertificate().get()));
    }
    HttpClient http = client.build();
    return (path, body, headers) -> send(http, URI.create(config.broker() + path), body, headers);
  }

  private static BrokerTransport.Answer send(
      HttpClient http, URI uri, Optional<Bytes> body, Map<String, String> headers)
      throws IOException {
    HttpRequest request =
        body.isPresent() ? HttpRequest.postJson(uri, body.get()) : HttpRequest.get(uri);
    for (Map.Entry<String, String> header : headers.entrySet()) {
      request = request.header(header.getKey(), header.getValue());
    }
    HttpResponse response = http.send(request);
    return new BrokerTransport.Answer(response.status(), response.body(), response.headers()::all);
  }

  @Override
  public ImagePull.Registries registries(GuestConfig config) throws FormatException {
    RegistryOptions options = RegistryOptions.DEFAULT;
    if (config.registries().isPresent()) {
      options = options.withConfig(RegistryConfig.parse(Bytes.utf8(config.registries().get())));
    }
    return RegistryClient.create(options)::repository;
  }
}
