package io.vouchsafe.trust.store;

/// What a tenant's next write goes on from. Immutable.
///
/// @param generation grows with every change of policies, reference values, resources, listed keys
/// @param edge of the ledger
/// @param newest the newest recorded instant, in milliseconds since 1970
record Head(long generation, MerkleEdge edge, long newest) {
  /// Of a tenant that has nothing.
  static final Head NONE = new Head(0, MerkleEdge.EMPTY, Long.MIN_VALUE);

  Head nextGeneration() {
    return new Head(generation + 1, edge, newest);
  }
}
