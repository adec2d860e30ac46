package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.Bytes;
import java.util.Objects;

/// The state of a tenant's ledger.
///
/// @param size number of entries
/// @param root Merkle tree hash over them (RFC 9162 §2.1.1), SHA-256
public record LedgerHead(long size, Bytes root) {
  public LedgerHead {
    Objects.requireNonNull(root, "root");
  }
}
