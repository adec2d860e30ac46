package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads the ledger and its tree. The nodes over complete subtrees are stored; leaves are hashed
/// from the entries, so an entry that was changed is noticed by whatever it is needed for.
final class LedgerTree {
  /// Entries read at a time while the whole ledger is verified.
  private static final int PAGE = 1000;

  private static final int HASH = 32;

  private LedgerTree() {}

  private static StoreException corrupt(Tenant tenant, String what) {
    return new StoreException(
        Code.STORE_CORRUPT, "the ledger of tenant %s: %s".formatted(tenant, what));
  }

  static MerkleEdge edge(Sqlite db, Tenant tenant, long size) throws StoreException {
    List<Bytes> subtrees = new ArrayList<>();
    long left = 0;
    for (int level = Long.SIZE - 2; level >= 0; level--) {
      if ((size >> level & 1) == 1) {
        subtrees.add(node(db, tenant, level, left >> level));
        left += 1L << level;
      }
    }
    return new MerkleEdge(size, subtrees);
  }

  /// A node over a complete subtree.
  private static Bytes node(Sqlite db, Tenant tenant, int level, long position)
      throws StoreException {
    if (level == 0) {
      return Merkle.leaf(data(db, tenant, position));
    }
    // It is kept with the last entry below it.
    long last = ((position + 1) << level) - 1;
    Bytes nodes =
        db.first(
                row -> Bytes.of(row.getBytes(1)),
                "SELECT nodes FROM ledger WHERE tenant=? AND idx=?",
                tenant.name(),
                last)
            .orElseThrow(() -> corrupt(tenant, "entry " + last + " is gone"));
    if (nodes.size() < level * HASH) {
      throw corrupt(tenant, "a node of its tree is gone");
    }
    return nodes.slice((level - 1) * HASH, level * HASH);
  }

  /// The form in which the nodes that an entry completes are kept with it.
  static byte[] joined(List<Bytes> nodes) {
    ByteBuffer joined = ByteBuffer.allocate(nodes.size() * HASH);
    nodes.forEach(node -> joined.put(node.asBuffer()));
    return joined.array();
  }

  private static Bytes data(Sqlite db, Tenant tenant, long index) throws StoreException {
    return db.first(
            row -> Bytes.of(row.getBytes(1)),
            "SELECT data FROM ledger WHERE tenant=? AND idx=?",
            tenant.name(),
            index)
        .orElseThrow(() -> corrupt(tenant, "entry " + index + " is gone"));
  }

  /// The hash of the subtree over the entries from `from` (inclusive) to `to` (exclusive).
  private static Bytes subtree(Sqlite db, Tenant tenant, long from, long to) throws StoreException {
    long size = to - from;
    if (Long.bitCount(size) == 1 && from % size == 0) {
      int level = Long.numberOfTrailingZeros(size);
      return node(db, tenant, level, from >> level);
    }
    long middle = from + split(size);
    return Merkle.node(subtree(db, tenant, from, middle), subtree(db, tenant, middle, to));
  }

  /// The largest power of two smaller than `size`.
  private static long split(long size) {
    return Long.highestOneBit(size - 1);
  }

  static List<Bytes> inclusion(Sqlite db, Tenant tenant, long index, long size)
      throws StoreException {
    List<Bytes> proof = new ArrayList<>();
    path(db, tenant, index, 0, size, proof);
    return proof;
  }

  /// PATH(m, D_n) of RFC 9162 §2.1.3.1, for the entries from `from` to `to`.
  private static void path(
      Sqlite db, Tenant tenant, long index, long from, long to, List<Bytes> proof)
      throws StoreException {
    if (to - from == 1) {
      return;
    }
    long middle = from + split(to - from);
    if (index < middle) {
      path(db, tenant, index, from, middle, proof);
      proof.add(subtree(db, tenant, middle, to));
    } else {
      path(db, tenant, index, middle, to, proof);
      proof.add(subtree(db, tenant, from, middle));
    }
  }

  static List<Bytes> consistency(Sqlite db, Tenant tenant, long first, long second)
      throws StoreException {
    List<Bytes> proof = new ArrayList<>();
    subproof(db, tenant, first, 0, second, true, proof);
    return proof;
  }

  /// SUBPROOF(m, D_n, b) of RFC 9162 §2.1.4.1, for the entries from `from` to `to`.
  private static void subproof(
      Sqlite db, Tenant tenant, long first, long from, long to, boolean whole, List<Bytes> proof)
      throws StoreException {
    long size = to - from;
    if (first == size) {
      if (!whole) {
        proof.add(subtree(db, tenant, from, to));
      }
      return;
    }
    long split = split(size);
    if (first <= split) {
      subproof(db, tenant, first, from, from + split, whole, proof);
      proof.add(subtree(db, tenant, from + split, to));
    } else {
      subproof(db, tenant, first - split, from + split, to, false, proof);
      proof.add(subtree(db, tenant, from, from + split));
    }
  }

  private record Raw(long index, String id, Bytes nodes, Bytes data) {
    static Raw of(ResultSet row) throws SQLException {
      return new Raw(
          row.getLong(1), row.getString(2), Bytes.of(row.getBytes(3)), Bytes.of(row.getBytes(4)));
    }
  }

  private static List<Raw> raw(Sqlite db, Tenant tenant, long from, long to) throws StoreException {
    return db.list(
        Raw::of,
        "SELECT idx, id, nodes, data FROM ledger WHERE tenant=? AND idx>=? AND idx<? ORDER BY idx",
        tenant.name(),
        from,
        to);
  }

  /// Entries, each shown to be in the tree of `head`.
  static List<LedgerEntry> entries(Sqlite db, Tenant tenant, LedgerHead head, long from, int limit)
      throws StoreException {
    long start = Math.max(0, from);
    long end = Math.min(head.size(), start + limit);
    if (start >= end) {
      return List.of();
    }
    List<LedgerEntry> entries = new ArrayList<>();
    SharedReader shared = new SharedReader(db, tenant);
    for (Raw raw : raw(db, tenant, start, end)) {
      entries.add(proven(db, tenant, head, raw, shared));
    }
    if (entries.size() != end - start) {
      throw corrupt(tenant, "entries are gone");
    }
    return entries;
  }

  static Optional<LedgerEntry> entry(Sqlite db, Tenant tenant, LedgerHead head, String id)
      throws StoreException {
    Optional<Raw> raw =
        db.first(
            Raw::of,
            "SELECT idx, id, nodes, data FROM ledger WHERE tenant=? AND id=?",
            tenant.name(),
            id);
    // Of an entry that is being written right now the head knows nothing yet.
    return raw.isPresent() && raw.get().index() < head.size()
        ? Optional.of(proven(db, tenant, head, raw.get(), new SharedReader(db, tenant)))
        : Optional.empty();
  }

  private static LedgerEntry proven(
      Sqlite db, Tenant tenant, LedgerHead head, Raw raw, SharedReader shared)
      throws StoreException {
    List<Bytes> proof = inclusion(db, tenant, raw.index(), head.size());
    Bytes leaf = Merkle.leaf(raw.data());
    if (!Merkle.includes(leaf, raw.index(), head.size(), proof, head.root())) {
      throw corrupt(tenant, "entry " + raw.index() + " is not what was recorded");
    }
    return read(tenant, raw, shared);
  }

  private static LedgerEntry read(Tenant tenant, Raw raw, SharedReader shared)
      throws StoreException {
    Json.Obj stored = Rows.object("a ledger entry", raw.data().toByteArray());
    try {
      Json.Obj body =
          stored.integer("v") >= SqliteTransaction.SHARING ? shared.whole(stored) : stored;
      LedgerEntry entry =
          new LedgerEntry(
              body.integer("index"),
              body.string("id"),
              Instant.parse(body.string("at")),
              body.string("kind"),
              body,
              raw.data());
      if (entry.index() != raw.index() || !entry.id().equals(raw.id())) {
        throw corrupt(tenant, "entry " + raw.index() + " is out of its place");
      }
      return entry;
    } catch (FormatException | DateTimeException e) {
      throw new StoreException(
          Code.STORE_CORRUPT, "a ledger entry cannot be read: " + e.getMessage(), e);
    }
  }

  /// Rebuilds the tree from all entries.
  static void verify(Sqlite db, Tenant tenant, LedgerHead head) throws StoreException {
    MerkleEdge edge = MerkleEdge.EMPTY;
    while (edge.size() < head.size()) {
      List<Raw> page = raw(db, tenant, edge.size(), Math.min(head.size(), edge.size() + PAGE));
      if (page.isEmpty()) {
        throw corrupt(tenant, "entry " + edge.size() + " is gone");
      }
      SharedReader shared = new SharedReader(db, tenant);
      for (Raw raw : page) {
        if (raw.index() != edge.size()) {
          throw corrupt(tenant, "entry " + edge.size() + " is gone");
        }
        read(tenant, raw, shared);
        List<Bytes> nodes = new ArrayList<>();
        edge = edge.append(Merkle.leaf(raw.data()), nodes);
        if (!raw.nodes().equals(Bytes.of(joined(nodes)))) {
          throw corrupt(tenant, "a node of its tree is not that of its entries");
        }
      }
    }
    if (!edge.root().equals(head.root())) {
      throw corrupt(tenant, "its entries do not have its recorded root");
    }
  }
}
