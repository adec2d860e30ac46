package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.Json;
import java.time.Instant;
import java.util.Objects;

/// The state of an exchange that is not finished: a handshake, an enrolment.
///
/// @param kind which protocol
/// @param id names it; kept as a digest only, because some ids are bearer secrets. Where it was
///   read from the store, this is that digest
/// @param body what the protocol keeps
/// @param expires when it is forgotten
public record Exchange(String kind, String id, Json.Obj body, Instant expires) {
  public Exchange {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(expires, "expires");
  }
}
