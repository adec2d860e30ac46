package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.trust.store.Tenant;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The options that name a trust server, and a tenant on it.
final class TenantTrustOptions extends TrustOptions {
  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "Whose things they are. Default: those of the tenant `default`.")
  Optional<String> tenant = Optional.empty();

  @Override
  TrustPlace place() throws Failure {
    TrustPlace place = super.place();
    try {
      return tenant.isEmpty() ? place : place.of(Tenant.parse(tenant.get()));
    } catch (FormatException e) {
      throw new Failure("--tenant: " + e.getMessage());
    }
  }
}
