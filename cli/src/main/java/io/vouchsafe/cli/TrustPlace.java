package io.vouchsafe.cli;

import io.vouchsafe.trust.store.Tenant;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/// Which trust server a command speaks with, and by what it knows it and is known to it.
///
/// @param url of a running server; empty means the home's own
/// @param ca the certificate of its authority; empty means the home's
/// @param adminKey a copy of its admin key; empty means the home's
/// @param tenant whose things the command is about
record TrustPlace(Optional<URI> url, Optional<Path> ca, Optional<Path> adminKey, Tenant tenant) {
  /// The home's own server.
  static final TrustPlace OWN =
      new TrustPlace(Optional.empty(), Optional.empty(), Optional.empty(), Tenant.DEFAULT);

  /// The same server, for another tenant.
  TrustPlace of(Tenant other) {
    return new TrustPlace(url, ca, adminKey, other);
  }
}
