package io.vouchsafe.evidence.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A bounded map that drops what was not used for longest. Thread-safe.
///
/// @param <K> keys
/// @param <V> values
public final class RecentlyUsed<K, V> {
  // The lock guards the map, which reorders itself on reading.
  private final Map<K, V> entries;

  /// @param max most entries
  public RecentlyUsed(int max) {
    entries =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > max;
          }
        };
  }

  public Optional<V> get(K key) {
    synchronized (entries) {
      return Optional.ofNullable(entries.get(key));
    }
  }

  public void put(K key, V value) {
    synchronized (entries) {
      entries.put(key, value);
    }
  }
}
