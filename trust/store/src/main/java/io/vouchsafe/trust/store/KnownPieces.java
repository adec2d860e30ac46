package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The shared pieces that were used last and are in the store for certain, so that it need not be
/// asked. For the writer's thread only.
final class KnownPieces {
  /// About 150 bytes each. Of one that is not remembered, the store finds out that it has it.
  static final int MAX = 8192;

  private record Piece(Tenant tenant, Bytes digest) {}

  private final Map<Piece, Boolean> durable =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Piece, Boolean> eldest) {
          return size() > MAX;
        }
      };

  // Written by the transaction that runs.
  private final List<Piece> pending = new ArrayList<>();

  boolean contains(Tenant tenant, Bytes digest) {
    Piece piece = new Piece(tenant, digest);
    return durable.get(piece) != null || pending.contains(piece);
  }

  /// The running transaction wrote the piece.
  void written(Tenant tenant, Bytes digest) {
    pending.add(new Piece(tenant, digest));
  }

  /// The transaction was committed.
  void committed() {
    pending.forEach(piece -> durable.put(piece, true));
    pending.clear();
  }

  /// The transaction, or a part of it, was undone.
  void undone() {
    pending.clear();
  }

  int size() {
    return durable.size();
  }
}
