package io.vouchsafe.trust.core;

import java.util.Objects;
import java.util.Optional;

/// Who wants a policy changed, and under which condition.
///
/// @param by who
/// @param comment what is to stand in the record beside it; may be empty
/// @param ifVersion the version that must be in force, 0 for none at all; empty if any may be
public record PolicyRequest(Administrator by, String comment, Optional<Long> ifVersion) {
  /// Longest comment, in characters.
  public static final int MAX_COMMENT = 1000;

  public PolicyRequest {
    Objects.requireNonNull(by, "by");
    Objects.requireNonNull(comment, "comment");
    Objects.requireNonNull(ifVersion, "ifVersion");
    if (comment.length() > MAX_COMMENT) {
      throw new IllegalArgumentException("a comment of more than " + MAX_COMMENT + " characters");
    }
  }

  /// Without comment or condition.
  public static PolicyRequest of(Administrator by) {
    return new PolicyRequest(by, "", Optional.empty());
  }
}
