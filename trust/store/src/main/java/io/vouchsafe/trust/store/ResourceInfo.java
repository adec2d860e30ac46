package io.vouchsafe.trust.store;

import java.time.Instant;
import java.util.Objects;

/// A resource without its value.
///
/// @param path `repository/type/tag`
/// @param version from 1, counted on over deletions
/// @param size length of the value in bytes
/// @param at when this version was put
public record ResourceInfo(String path, long version, long size, Instant at) {
  public ResourceInfo {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(at, "at");
  }
}
