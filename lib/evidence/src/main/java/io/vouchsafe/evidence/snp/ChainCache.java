package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.evidence.internal.RecentlyUsed;
import io.vouchsafe.verdict.CheckResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Endorsements that were verified, by their bytes: the guests of a host all come with the same
/// ones. Times and what is revoked are judged anew each time. Holds those that were used last; only
/// what leads to a pinned root gets here. Thread-safe.
final class ChainCache {
  /// Each may hold tables of its key, of some hundred KiB.
  private static final int MAX_CHAINS = 64;

  /// Intermediates under whose roots new chips appear; as many as there are products and kinds.
  private static final int MAX_AUTHORITIES = 64;

  /// What the authorities of a chain were found from.
  ///
  /// @param issuer of the signing key's certificate
  /// @param encoded certificates as they came
  record AuthorityKey(SnpReport.Signer kind, AmdName issuer, List<Bytes> encoded) {}

  private final RecentlyUsed<AuthorityKey, EndorsementChain.Path> authorities =
      new RecentlyUsed<>(MAX_AUTHORITIES);

  /// Paths to pinned roots, good for every certificate that the intermediate signed.
  RecentlyUsed<AuthorityKey, EndorsementChain.Path> authorities() {
    return authorities;
  }

  /// Revocation lists; one for each root would do, and guests may bring older ones. Each has at
  /// most 64 KiB.
  private static final int MAX_LISTS = 64;

  /// A revocation list and the root that signed it. Compared by content: the same bytes by the same
  /// key are as genuine as before.
  ///
  /// @param root its SubjectPublicKeyInfo
  /// @param list DER
  record ListKey(Bytes root, Bytes list) {}

  private final RecentlyUsed<ListKey, AmdRevocationList> lists = new RecentlyUsed<>(MAX_LISTS);

  /// Lists that a pinned root signed, whatever their times.
  RecentlyUsed<ListKey, AmdRevocationList> lists() {
    return lists;
  }

  /// What a chain was made from.
  record Key(SnpReport.Signer kind, List<Bytes> leaves, List<Bytes> authorities) {}

  /// A chain, and the checks that it passed.
  record Known(EndorsementChain chain, List<CheckResult> checks) {}

  // The lock guards the map, which reorders itself on reading.
  private final Map<Key, Known> chains =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Known> eldest) {
          return size() > MAX_CHAINS;
        }
      };

  Optional<Known> get(Key key) {
    synchronized (chains) {
      return Optional.ofNullable(chains.get(key));
    }
  }

  void put(Key key, Known known) {
    synchronized (chains) {
      chains.put(key, known);
    }
  }
}
