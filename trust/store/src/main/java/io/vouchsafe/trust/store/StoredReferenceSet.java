package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.Bytes;
import java.time.Instant;
import java.util.Objects;

/// A signed statement or bundle of reference values, as it was taken.
///
/// @param name of the set
/// @param version of the set; the highest of a name is the one that counts
/// @param statement SHA-256 of what was signed, hexadecimal
/// @param signer SHA-256 of the key that signed it, hexadecimal
/// @param file the file itself
/// @param at when it was taken
/// @param by who took it
public record StoredReferenceSet(
    String name, long version, String statement, String signer, Bytes file, Instant at, String by) {
  public StoredReferenceSet {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(statement, "statement");
    Objects.requireNonNull(signer, "signer");
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(by, "by");
  }
}
