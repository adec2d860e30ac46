package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import java.time.Instant;
import java.util.Objects;

/// One entry of a tenant's ledger. The bytes are what its leaf in the Merkle tree is over.
///
/// @param index from 0
/// @param id names the entry to people: `vouchsafe why ID`
/// @param at when it was recorded; never before the entry in front of it
/// @param kind what was recorded: `attest`, `release`, `admin`, …
/// @param body all of it, the four above included, shared pieces in their places
/// @param data the stored text, in which shared pieces are named by their digests
public record LedgerEntry(
    long index, String id, Instant at, String kind, Json.Obj body, Bytes data) {
  public LedgerEntry {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(data, "data");
  }
}
