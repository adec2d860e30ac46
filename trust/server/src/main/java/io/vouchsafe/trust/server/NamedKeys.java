package io.vouchsafe.trust.server;

import io.vouchsafe.trust.core.TransactionRefusedException;
import io.vouchsafe.trust.core.TrustCore;
import java.security.PublicKey;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The keys of named administrators, as they are at this moment.
@FunctionalInterface
interface NamedKeys {
  /// By name; empty if there are none, or if what is there cannot be believed.
  Map<String, PublicKey> inForce();

  /// Those of a home. That they are others than before is in the ledger before they count.
  static NamedKeys of(HomeAdministrators home, TrustCore core) {
    Logger log = LoggerFactory.getLogger(NamedKeys.class);
    return () -> {
      try {
        Map<String, PublicKey> keys = home.all();
        Map<String, String> digests = new TreeMap<>();
        keys.forEach((name, key) -> digests.put(name, KeyFile.digest(key)));
        core.administration().administrators(digests);
        return keys;
      } catch (TrustServerException e) {
        log.error("no named administrator counts", e);
      } catch (TransactionRefusedException e) {
        log.error("no named administrator counts: {}", e.refused().refusal().summary());
      }
      return Map.of();
    };
  }

  /// Whether one of them is another subject than the holder of `key`.
  default boolean anyBeside(PublicKey key) {
    return inForce().values().stream().anyMatch(it -> !KeyFile.same(it, key));
  }
}
