package io.vouchsafe.appraisal.corim;

import java.security.PublicKey;
import java.util.Objects;
import java.util.Set;

/// A key whose manifests the operator takes, and what it may speak of.
///
/// @param name for people
/// @param key its public half
/// @param vendors the vendors it may have values of; empty: all
/// @param profiles the profiles it may use; empty: all, and none
public record CorimSigner(String name, PublicKey key, Set<String> vendors, Set<String> profiles) {
  public CorimSigner {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(key, "key");
    vendors = Set.copyOf(vendors);
    profiles = Set.copyOf(profiles);
  }
}
