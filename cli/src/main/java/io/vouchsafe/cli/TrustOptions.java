package io.vouchsafe.cli;

import io.vouchsafe.trust.store.Tenant;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The options that name a trust server.
class TrustOptions {
  @Option(
      names = "--trust",
      paramLabel = "URL",
      description = "Use the trust server that runs there instead of the home's own.")
  Optional<URI> url = Optional.empty();

  @Option(
      names = "--trust-ca",
      paramLabel = "FILE",
      description = "With --trust: its ca.pem. Default: the home's.")
  Optional<Path> ca = Optional.empty();

  @Option(
      names = "--trust-admin-key",
      paramLabel = "FILE",
      description =
          "Administer with this key: a copy of the server's admin.key, or one of `trust admin key`. Default: the home's admin.key.")
  Optional<Path> adminKey = Optional.empty();

  TrustPlace place() throws Failure {
    if (url.isEmpty() && ca.isPresent()) {
      throw new Failure("--trust-ca belongs to --trust URL, which is missing");
    }
    if (url.isPresent()) {
      requireUrl(url.get());
    }
    requireReadable("--trust-ca", ca);
    requireReadable("--trust-admin-key", adminKey);
    return new TrustPlace(url, ca, adminKey, Tenant.DEFAULT);
  }

  private static void requireUrl(URI url) throws Failure {
    boolean plain = url.getRawPath() == null || url.getRawPath().matches("/?");
    if (!"https".equals(url.getScheme())
        || url.getHost() == null
        || url.getRawQuery() != null
        || url.getRawFragment() != null
        || !plain) {
      throw new Failure("--trust wants https://HOST:PORT, got '" + url + "'");
    }
  }

  private static void requireReadable(String option, Optional<Path> file) throws Failure {
    if (file.isPresent() && !Files.isReadable(file.get())) {
      throw new Failure(option + ": cannot read " + file.get());
    }
  }
}
