package io.vouchsafe.trust.store;

import io.vouchsafe.appraisal.ReferenceValue;
import java.util.Objects;

/// A reference value as it is kept.
///
/// @param id names the entry within its tenant
/// @param value the entry
public record StoredReferenceValue(long id, ReferenceValue value) {
  public StoredReferenceValue {
    Objects.requireNonNull(value, "value");
  }
}
