package io.vouchsafe.trust.server;

import io.vouchsafe.trust.core.TransactionRefusedException;
import io.vouchsafe.trust.core.TrustCore;
import java.security.PublicKey;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The named administrators of a home. That they are others than before is in the ledger before
/// they count.
final class NotedAdministrators implements NamedKeys {
  private static final Logger LOG = LoggerFactory.getLogger(NotedAdministrators.class);

  private final HomeAdministrators home;
  private final TrustCore core;

  // What the ledger says, as far as it is known here: so that a caller who proves nothing does not
  // make the store be asked.
  private volatile Optional<Map<String, String>> noted = Optional.empty();

  NotedAdministrators(HomeAdministrators home, TrustCore core) {
    this.home = home;
    this.core = core;
  }

  @Override
  public Map<String, PublicKey> inForce() {
    try {
      Map<String, PublicKey> keys = home.all();
      Map<String, String> digests = new TreeMap<>();
      keys.forEach((name, key) -> digests.put(name, KeyFile.digest(key)));
      Optional<Map<String, String>> now = Optional.of(Map.copyOf(digests));
      if (!noted.equals(now)) {
        core.administration().administrators(digests);
        noted = now;
      }
      return keys;
    } catch (TrustServerException e) {
      LOG.error("no named administrator counts", e);
    } catch (TransactionRefusedException e) {
      LOG.error("no named administrator counts: {}", e.refused().refusal().summary());
    }
    return Map.of();
  }
}
