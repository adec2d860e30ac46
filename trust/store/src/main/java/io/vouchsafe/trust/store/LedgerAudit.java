package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Recomputes a ledger's tree from the stored texts of its entries, without the store: for those
/// who keep a root and do not want to believe the server. Not thread-safe.
public final class LedgerAudit {
  private MerkleEdge edge = MerkleEdge.EMPTY;

  /// Takes the stored text of the next entry, from the first on.
  public void add(Bytes data) {
    edge = edge.append(Merkle.leaf(data), new ArrayList<>());
  }

  /// Size and root of the tree over what was added so far.
  public LedgerHead head() {
    return new LedgerHead(edge.size(), edge.root());
  }

  /// The digests of the shared pieces that a stored text names, in lower-case hexadecimal. Empty
  /// for an entry that stands for itself.
  ///
  /// @throws FormatException if the text is no entry
  public static Set<String> named(Bytes data) throws FormatException {
    Json.Obj entry = Json.parseObject(data, JsonLimits.DOCUMENT);
    Set<String> digests = new LinkedHashSet<>();
    if (entry.integer("v") >= SqliteTransaction.SHARING) {
      collect(entry, digests);
    }
    return digests;
  }

  private static void collect(Json value, Set<String> digests) throws FormatException {
    switch (value) {
      case Json.Obj object -> {
        if (object.get(Shared.REFERENCE).isPresent()) {
          digests.add(object.string(Shared.REFERENCE));
        }
        for (Json member : object.members().values()) {
          collect(member, digests);
        }
      }
      case Json.Arr(List<Json> items) -> {
        for (Json item : items) {
          collect(item, digests);
        }
      }
      case Json.Null _, Json.Bool _, Json.Num _, Json.Str _ -> {}
    }
  }

  /// Whether `text` is the piece of that digest.
  public static boolean isPiece(String digest, Bytes text) {
    return Shared.digest(text).hex().equals(digest);
  }
}
