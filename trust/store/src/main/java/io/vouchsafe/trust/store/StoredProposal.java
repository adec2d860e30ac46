package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.Json;
import java.time.Instant;
import java.util.Objects;

/// A change that waits for the approval of a second subject.
///
/// @param number names it within its tenant; never used twice
/// @param change what is to be done, in the words of whoever proposed it
/// @param identity of the proposer, to tell from that of the approver
/// @param by the proposer as the record shows it
/// @param at when it was proposed
public record StoredProposal(long number, Json.Obj change, String identity, String by, Instant at) {
  public StoredProposal {
    Objects.requireNonNull(change, "change");
    Objects.requireNonNull(identity, "identity");
    Objects.requireNonNull(by, "by");
    Objects.requireNonNull(at, "at");
  }
}
