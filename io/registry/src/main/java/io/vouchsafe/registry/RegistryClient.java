package io.vouchsafe.registry;

import io.vouchsafe.http.HttpClient;
import io.vouchsafe.http.HttpRequest;
import io.vouchsafe.oci.ImageName;
import io.vouchsafe.verdict.RefusedException;
import java.net.URI;
import java.util.List;
import java.util.Map;

/// Reads and writes images in registries. Thread-safe; repositories share connections and tokens.
public final class RegistryClient implements AutoCloseable {
  /// Tokens and the like; manifests and blobs have bounds of their own.
  private static final int MAX_BODY = 1 << 20;

  /// Where large registries keep their blobs.
  private static final Map<String, List<String>> KNOWN_REDIRECTS =
      Map.of(
          "registry-1.docker.io",
          List.of("*.docker.com", "*.cloudflarestorage.com", "*.cloudflare.docker.com"),
          "quay.io",
          List.of("*.quay.io", "*.s3.amazonaws.com", "*.cloudfront.net"),
          "ghcr.io",
          List.of("pkg-containers.githubusercontent.com"),
          "gcr.io",
          List.of("storage.googleapis.com"),
          "registry.k8s.io",
          List.of("*.pkg.dev", "*.amazonaws.com", "storage.googleapis.com"),
          "mcr.microsoft.com",
          List.of("*.data.mcr.microsoft.com"));

  private final RegistryOptions options;
  private final HttpClient http;
  private final RegistryAuth auth;

  private RegistryClient(RegistryOptions options) {
    this.options = options;
    this.http =
        HttpClient.builder()
            .timeouts(options.timeouts())
            .maxBody(MAX_BODY)
            .redirects(this::allowsRedirect)
            .build();
    this.auth = new RegistryAuth(http, options.credentials());
  }

  /// A client.
  public static RegistryClient create(RegistryOptions options) {
    return new RegistryClient(options);
  }

  /// The repository of `name`; its tag and digest do not matter here.
  ///
  /// @throws RefusedException if the configuration blocks the name
  public Repository repository(ImageName name) throws RefusedException {
    return new Repository(auth, options.config().endpoints(name));
  }

  /// Where a host's API is.
  static String base(RegistryConfig.Endpoint endpoint) {
    String host = endpoint.host().equals("docker.io") ? "registry-1.docker.io" : endpoint.host();
    return (endpoint.insecure() ? "http://" : "https://") + host;
  }

  private boolean allowsRedirect(URI from, URI to) {
    return HttpRequest.sameServer(from, to)
        || options.redirectHosts().stream().anyMatch(host -> matches(host, to.getHost()))
        || KNOWN_REDIRECTS.getOrDefault(from.getHost(), List.of()).stream()
            .anyMatch(host -> matches(host, to.getHost()));
  }

  private static boolean matches(String pattern, String host) {
    return pattern.startsWith("*.")
        ? host.endsWith(pattern.substring(1))
        : host.equalsIgnoreCase(pattern);
  }

  @Override
  public void close() {
    http.close();
  }
}
