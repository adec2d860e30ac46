package io.vouchsafe.ec;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A point that is multiplied again and again: the generator, or a key. Keeps what was computed
/// ahead: little at first, a [WindowTable] once it pays. Safe for concurrent use.
final class FixedPoint {
  private final Field field;
  private final int bits;
  private final int window;
  private final int tableAfter;
  private final long[] affine;
  private final AtomicInteger uses = new AtomicInteger();
  private volatile @Nullable OddMultiples oddMultiples;
  private volatile @Nullable WindowTable table;

  /// @param affine x and y
  /// @param tableAfter the use that builds the table
  FixedPoint(Field field, int bits, long[] affine, int window, int tableAfter) {
    this.field = field;
    this.bits = bits;
    this.affine = affine;
    this.window = window;
    this.tableAfter = tableAfter;
  }

  OddMultiples oddMultiples() {
    OddMultiples known = oddMultiples;
    if (known == null) {
      // Two threads may do this at the same time; either result serves.
      known = OddMultiples.of(field, affine);
      oddMultiples = known;
    }
    return known;
  }

  /// Counts a use. The table, if there is one by now.
  @Nullable WindowTable use() {
    WindowTable known = table;
    if (known == null && uses.incrementAndGet() == tableAfter) {
      known = buildTable();
    }
    return known;
  }

  /// Counts a use that somebody else may serve: true if there is no table, and none due.
  boolean useWithoutTable() {
    if (table != null) {
      return false;
    }
    // The due one is left to be counted where the table is built.
    int before = uses.get();
    return before < tableAfter - 1 && uses.compareAndSet(before, before + 1);
  }

  WindowTable buildTable() {
    WindowTable known = table;
    if (known == null) {
      known = WindowTable.of(field, affine, bits, window);
      table = known;
    }
    return known;
  }

  boolean hasTable() {
    return table != null;
  }

  /// Bytes of the table, built or not.
  long tableSize() {
    return WindowTable.size(field, bits, window);
  }
}
