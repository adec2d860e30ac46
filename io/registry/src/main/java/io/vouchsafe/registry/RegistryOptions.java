package io.vouchsafe.registry;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.http.Timeouts;
import java.util.List;
import java.util.Optional;

/// How registries are reached.
///
/// @param config mirrors, rewriting, plain HTTP
/// @param credentials user names
/// @param extraRoots PEM of certificates that are trusted beside the JDK's
/// @param redirectHosts hosts, or `*.domain`, that any registry may redirect to, beside those that
///   the large registries are known to use
/// @param timeouts time limits of each request
public record RegistryOptions(
    RegistryConfig config,
    RegistryCredentials credentials,
    Optional<Bytes> extraRoots,
    List<String> redirectHosts,
    Timeouts timeouts) {

  /// HTTPS, no names, no mirrors.
  public static final RegistryOptions DEFAULT =
      new RegistryOptions(
          RegistryConfig.NONE,
          RegistryCredentials.ANONYMOUS,
          Optional.empty(),
          List.of(),
          Timeouts.DEFAULT);

  public RegistryOptions {
    redirectHosts = List.copyOf(redirectHosts);
  }

  public RegistryOptions withConfig(RegistryConfig value) {
    return new RegistryOptions(value, credentials, extraRoots, redirectHosts, timeouts);
  }

  public RegistryOptions withCredentials(RegistryCredentials value) {
    return new RegistryOptions(config, value, extraRoots, redirectHosts, timeouts);
  }

  public RegistryOptions withRedirectHosts(List<String> hosts) {
    return new RegistryOptions(config, credentials, extraRoots, hosts, timeouts);
  }

  public RegistryOptions withTimeouts(Timeouts value) {
    return new RegistryOptions(config, credentials, extraRoots, redirectHosts, value);
  }
}
