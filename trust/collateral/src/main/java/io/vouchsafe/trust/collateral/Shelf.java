package io.vouchsafe.trust.collateral;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Documents in memory; those that were not used for longest go first when it is full. Thread-safe.
final class Shelf {
  private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

  private final int maxEntries;
  private final long maxBytes;

  // The lock of the map guards all three; the map reorders itself on reading.
  private final Map<CollateralKey, VerifiedDocument> documents =
      new LinkedHashMap<>(16, 0.75f, true);
  private final Map<CollateralKey, Instant> looked = new HashMap<>();
  private long bytes;

  Shelf(int maxEntries, long maxBytes) {
    this.maxEntries = maxEntries;
    this.maxBytes = maxBytes;
  }

  Optional<VerifiedDocument> get(CollateralKey key) {
    synchronized (documents) {
      return Optional.ofNullable(documents.get(key));
    }
  }

  void put(VerifiedDocument document) {
    synchronized (documents) {
      VerifiedDocument before = documents.put(document.key(), document);
      bytes += document.document().size() - (before == null ? 0 : before.document().size());
      Iterator<VerifiedDocument> oldest = documents.values().iterator();
      while ((documents.size() > maxEntries || bytes > maxBytes) && documents.size() > 1) {
        bytes -= oldest.next().document().size();
        oldest.remove();
      }
    }
  }

  /// Whether it is time to see if somebody else has a newer one: once a minute for each key that is
  /// here, so that what cannot be refreshed costs no more than what need not be.
  boolean mayLook(CollateralKey key, Instant now) {
    synchronized (documents) {
      Instant last = looked.get(key);
      if (last != null && now.isBefore(last.plus(LOOK_EVERY)) && !now.isBefore(last)) {
        return false;
      }
      if (looked.size() >= maxEntries) {
        looked.clear();
      }
      looked.put(key, now);
      return true;
    }
  }

  List<VerifiedDocument> all() {
    synchronized (documents) {
      return List.copyOf(documents.values());
    }
  }
}
