package io.vouchsafe.evidence;

import java.time.Instant;
import java.util.Objects;

/// What is known of a vendor's document whose signature leads to a root that counts.
///
/// @param about what it is for, in words
/// @param issued when the vendor made it
/// @param until when it ends, or what vouches for it does, whichever comes first
/// @param number of the TCB recovery or of the list; 0 if it has none
/// @param anchor what the root is
public record GenuineDocument(
    String about, Instant issued, Instant until, long number, Anchor anchor) {
  public GenuineDocument {
    Objects.requireNonNull(about, "about");
    Objects.requireNonNull(issued, "issued");
    Objects.requireNonNull(until, "until");
    Objects.requireNonNull(anchor, "anchor");
  }
}
