package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.SecretBytes;
import java.util.Objects;

/// What a request for release came to. It is in the ledger before anybody sees it.
public sealed interface Decision permits Decision.Granted, Refused {
  /// The guest may have it.
  ///
  /// @param id of the ledger entry
  /// @param version of the resource that was decided about and is given
  /// @param value the caller's to seal and close
  record Granted(String id, long version, SecretBytes value) implements Decision {
    public Granted {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(value, "value");
    }
  }
}
