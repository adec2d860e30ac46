package io.vouchsafe.trust.core;

import java.util.Objects;

/// A request of an attested guest.
///
/// @param release what it wants
/// @param via which facade it came through, for the record
public record ReleaseRequest(Release release, String via) {
  public ReleaseRequest {
    Objects.requireNonNull(release, "release");
    Objects.requireNonNull(via, "via");
  }
}
