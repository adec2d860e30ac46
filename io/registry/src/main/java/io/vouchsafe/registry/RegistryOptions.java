package io.vouchsafe.registry;

import io.vouchsafe.http.Timeouts;
import java.util.List;

/// How registries are reached.
///
/// @param config mirrors, rewriting, plain HTTP
/// @param credentials user names
/// @param redirectHosts hosts, or `*.domain`, that any registry may redirect to, beside those that
///   the large registries are known to use
/// @param timeouts time limits of each request
public record RegistryOptions(
    RegistryConfig config,
    RegistryCredentials credentials,
    List<String> redirectHosts,
    Timeouts timeouts) {

  /// HTTPS, no names, no mirrors.
  public static final RegistryOptions DEFAULT =
      new RegistryOptions(
          RegistryConfig.NONE, RegistryCredentials.ANONYMOUS, List.of(), Timeouts.DEFAULT);

  public RegistryOptions {
    redirectHosts = List.copyOf(redirectHosts);
  }

  public RegistryOptions withConfig(RegistryConfig value) {
    return new RegistryOptions(value, credentials, redirectHosts, timeouts);
  }

  public RegistryOptions withCredentials(RegistryCredentials value) {
    return new RegistryOptions(config, value, redirectHosts, timeouts);
  }

  public RegistryOptions withRedirectHosts(List<String> hosts) {
    return new RegistryOptions(config, credentials, hosts, timeouts);
  }

  public RegistryOptions withTimeouts(Timeouts value) {
    return new RegistryOptions(config, credentials, redirectHosts, value);
  }
}
