package io.vouchsafe.rego;

/// An open-addressing index from values to their place in an array. Built once, then read by many.
final class HashIndex {
  private int[] table;
  private int mask;

  HashIndex(int expected) {
    int size = Integer.highestOneBit(Math.max(4, expected) * 2 - 1) << 1;
    table = new int[size];
    mask = size - 1;
  }

  /// The place of `key` among the first keys, or -1.
  int find(Value[] keys, Value key) {
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
    if ((place + 1) * 2 > table.length) {
      table = new int[table.length * 2];
      mask = table.length - 1;
      for (int i = 0; i < place; i++) {
        put(keys[i], i);
      }
    }
    put(keys[place], place);
  }

  private void put(Value key, int place) {
    int at = spread(key) & mask;
    while (table[at] != 0) {
      at = (at + 1) & mask;
    }
    table[at] = place + 1;
  }

  private static int spread(Value key) {
    int hash = key.hashCode() * 0x9E3779B9;
    return hash ^ hash >>> 15;
  }
}
