package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/// Hashes and proofs of the ledger's tree (RFC 9162 §2.1), SHA-256. Anyone who kept a root can
/// check with these that the ledger still has what it had.
public final class Merkle {
  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  /// The root of the empty tree: the hash of nothing.
  public static final Bytes EMPTY_ROOT = Bytes.of(sha256().digest());

  private Merkle() {}

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /// The hash of an entry.
  public static Bytes leaf(Bytes data) {
    MessageDigest digest = sha256();
    digest.update(LEAF);
    data.update(digest);
    return Bytes.of(digest.digest());
  }

  /// The hash of an entry.
  static Bytes leaf(byte[] data) {
    MessageDigest digest = sha256();
    digest.update(LEAF);
    digest.update(data);
    return Bytes.of(digest.digest());
  }

  /// The hash of two subtrees.
  public static Bytes node(Bytes left, Bytes right) {
    MessageDigest digest = sha256();
    digest.update(NODE);
    left.update(digest);
    right.update(digest);
    return Bytes.of(digest.digest());
  }

  /// Whether `proof` leads from `leaf` at `index` to `root` of a tree of `size` (RFC 9162
  /// §2.1.3.2).
  public static boolean includes(Bytes leaf, long index, long size, List<Bytes> proof, Bytes root) {
    if (index < 0 || index >= size) {
      return false;
    }
    long fn = index;
    long sn = size - 1;
    Bytes hash = leaf;
    for (Bytes sibling : proof) {
      if (sn == 0) {
        return false;
      }
      if ((fn & 1) == 1 || fn == sn) {
        hash = node(sibling, hash);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        hash = node(hash, sibling);
      }
      fn >>= 1;
      sn >>= 1;
    }
    return sn == 0 && hash.equals(root);
  }

  /// Whether `proof` shows that the tree of `first` entries is a prefix of that of `second` entries
  /// (RFC 9162 §2.1.4.2).
  public static boolean consistent(
      long first, Bytes firstRoot, long second, Bytes secondRoot, List<Bytes> proof) {
    if (first < 1 || first > second) {
      return false;
    }
    if (first == second) {
      return proof.isEmpty() && firstRoot.equals(secondRoot);
    }
    if (proof.isEmpty()) {
      return false;
    }
    boolean whole = Long.bitCount(first) == 1;
    Bytes fr = whole ? firstRoot : proof.getFirst();
    Bytes sr = fr;
    long fn = first - 1;
    long sn = second - 1;
    while ((fn & 1) == 1) {
      fn >>= 1;
      sn >>= 1;
    }
    for (Bytes hash : whole ? proof : proof.subList(1, proof.size())) {
      if (sn == 0) {
        return false;
      }
      if ((fn & 1) == 1 || fn == sn) {
        fr = node(hash, fr);
        sr = node(hash, sr);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        sr = node(sr, hash);
      }
      fn >>= 1;
      sn >>= 1;
    }
    return sn == 0 && fr.equals(firstRoot) && sr.equals(secondRoot);
  }
}
