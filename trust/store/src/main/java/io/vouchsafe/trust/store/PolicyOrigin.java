package io.vouchsafe.trust.store;

import java.util.Objects;

/// Where a version of a policy comes from.
///
/// @param by who put it
/// @param approvedBy who approved it, where a second subject had to; else empty
/// @param comment what its author said about it; may be empty
public record PolicyOrigin(String by, String approvedBy, String comment) {
  public PolicyOrigin {
    Objects.requireNonNull(by, "by");
    Objects.requireNonNull(approvedBy, "approvedBy");
    Objects.requireNonNull(comment, "comment");
  }

  /// Put by one subject, without a comment.
  public static PolicyOrigin of(String by) {
    return new PolicyOrigin(by, "", "");
  }

  boolean isPlain() {
    return approvedBy.isEmpty() && comment.isEmpty();
  }
}
