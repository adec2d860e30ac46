package io.vouchsafe.rego;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// An open-addressing index from values to their place in an array. Built once, then read by many.
///
/// Whoever chooses the keys can choose such of the same hash. Where many meet, a tree takes over.
final class HashIndex {
  /// Keys that are passed before a free place is found; chance does not come near it.
  private static final int MAX_PROBES = 128;

  private int[] table;
  private int mask;
  private @Nullable TreeMap<Value, Integer> tree;

  HashIndex(int expected) {
    int size = Integer.highestOneBit(Math.max(4, expected) * 2 - 1) << 1;
    table = new int[size];
    mask = size - 1;
  }

  /// The place of `key` among the first keys, or -1.
  int find(Value[] keys, Value key) {
    if (tree != null) {
      return tree.getOrDefault(key, -1);
    }
    int at = spread(key) & mask;
    int place;
    while ((place = table[at]) != 0) {
      if (keys[place - 1].equals(key)) {
        return place - 1;
      }
      at = (at + 1) & mask;
    }
    return -1;
  }

  /// Notes that `keys[place]` is there; it must not have been before.
  void add(Value[] keys, int place) {
    if (tree != null) {
      tree.put(keys[place], place);
      return;
    }
    if ((place + 1) * 2 > table.length) {
      table = new int[table.length * 2];
      mask = table.length - 1;
      for (int i = 0; i < place; i++) {
        put(keys[i], i);
      }
    }
    if (put(keys[place], place) > MAX_PROBES) {
      tree = new TreeMap<>();
      for (int i = 0; i <= place; i++) {
        tree.put(keys[i], i);
      }
    }
  }

  /// @return how many other keys were passed
  private int put(Value key, int place) {
    int at = spread(key) & mask;
    int passed = 0;
    while (table[at] != 0) {
      at = (at + 1) & mask;
      passed++;
    }
    table[at] = place + 1;
    return passed;
  }

  private static int spread(Value key) {
    int hash = key.hashCode() * 0x9E3779B9;
    return hash ^ hash >>> 15;
  }
}
