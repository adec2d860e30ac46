package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.Bytes;
import java.util.ArrayList;
import java.util.List;

/// The right edge of a tree: the roots of its complete subtrees, largest first, one for each bit of
/// the size. All that is needed to append in O(log n), O(1) on average. Immutable.
///
/// @param size number of leaves
/// @param subtrees roots of the complete subtrees
record MerkleEdge(long size, List<Bytes> subtrees) {
  /// The edge of the empty tree.
  static final MerkleEdge EMPTY = new MerkleEdge(0, List.of());

  MerkleEdge {
    subtrees = List.copyOf(subtrees);
    if (subtrees.size() != Long.bitCount(size)) {
      throw new IllegalArgumentException(subtrees.size() + " subtrees for size " + size);
    }
  }

  /// Appends a leaf.
  ///
  /// @param completed takes the nodes over complete subtrees that end with this leaf, from level 1
  ///   (over two leaves) on
  MerkleEdge append(Bytes leaf, List<Bytes> completed) {
    List<Bytes> stack = new ArrayList<>(subtrees);
    Bytes hash = leaf;
    for (long position = size; (position & 1) == 1; position >>= 1) {
      hash = Merkle.node(stack.removeLast(), hash);
      completed.add(hash);
    }
    stack.add(hash);
    return new MerkleEdge(size + 1, stack);
  }

  Bytes root() {
    if (size == 0) {
      return Merkle.EMPTY_ROOT;
    }
    Bytes hash = subtrees.getLast();
    for (int i = subtrees.size() - 2; i >= 0; i--) {
      hash = Merkle.node(subtrees.get(i), hash);
    }
    return hash;
  }
}
