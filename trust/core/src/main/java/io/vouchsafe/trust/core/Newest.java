package io.vouchsafe.trust.core;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/// What was put last, in memory that is bounded whatever is put: so many entries, and so much of
/// them together. The newest one is always there. Not thread-safe.
final class Newest<K, V> {
  private final int most;
  private final long mostTogether;
  private final ToIntFunction<V> size;
  private final Map<K, V> entries = new LinkedHashMap<>();
  private long together;

  /// @param most entries
  /// @param mostTogether sum of their sizes
  /// @param size of an entry, in whatever unit
  Newest(int most, long mostTogether, ToIntFunction<V> size) {
    this.most = most;
    this.mostTogether = mostTogether;
    this.size = size;
  }

  void put(K key, V value) {
    V before = entries.remove(key);
    if (before != null) {
      together -= size.applyAsInt(before);
    }
    entries.put(key, value);
    together += size.applyAsInt(value);
    Iterator<V> eldest = entries.values().iterator();
    while (entries.size() > most || together > mostTogether && entries.size() > 1) {
      together -= size.applyAsInt(eldest.next());
      eldest.remove();
    }
  }

  Optional<V> get(K key) {
    return Optional.ofNullable(entries.get(key));
  }

  int size() {
    return entries.size();
  }
}
