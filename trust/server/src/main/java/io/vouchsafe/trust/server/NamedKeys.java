package io.vouchsafe.trust.server;

import java.security.PublicKey;
import java.util.Map;

/// The keys of named administrators, as they are at this moment.
@FunctionalInterface
interface NamedKeys {
  /// By name; empty if there are none, or if what is there cannot be believed.
  Map<String, PublicKey> inForce();

  /// Whether one of them is another subject than the holder of `key`.
  default boolean anyBeside(PublicKey key) {
    return inForce().values().stream().anyMatch(it -> !KeyFile.same(it, key));
  }
}
