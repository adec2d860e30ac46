package io.vouchsafe.rego;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An array.
public final class ArrayValue implements Value {
  public static final ArrayValue EMPTY = new ArrayValue(new Value[0]);

  /// Up to this size [#contains(Value)] compares one by one.
  private static final int SCANNED = 32;

  private final Value[] items;
  private boolean asked;
  private @Nullable Distinct distinct;
  private int hash;
  private int weight;

  private ArrayValue(Value[] items) {
    this.items = items;
  }

  public static ArrayValue of(Value... items) {
    return items.length == 0 ? EMPTY : new ArrayValue(items.clone());
  }

  public static ArrayValue of(Collection<? extends Value> items) {
    return items.isEmpty() ? EMPTY : new ArrayValue(items.toArray(Value[]::new));
  }

  /// Takes the array over without a copy: the caller must not write to it any more.
  public static ArrayValue owning(Value[] items) {
    return items.length == 0 ? EMPTY : new ArrayValue(items);
  }

  public int size() {
    return items.length;
  }

  /// @throws IndexOutOfBoundsException if there is no such item
  public Value get(int index) {
    return items[index];
  }

  /// The item at an index that is a value, or null.
  public @Nullable Value find(Value index) {
    if (index instanceof NumberValue number
        && number.isLong()
        && number.longValue() >= 0
        && number.longValue() < items.length) {
      return items[(int) number.longValue()];
    }
    return null;
  }

  /// Whether an item is equal to `item`. A large array that is asked again has an index by then.
  public boolean contains(Value item) {
    Distinct known = distinct;
    if (known == null && asked && items.length > SCANNED) {
      known = Distinct.of(items);
      distinct = known;
    }
    if (known != null) {
      return known.index.find(known.items, item) >= 0;
    }
    asked = true;
    for (Value own : items) {
      if (own.equals(item)) {
        return true;
      }
    }
    return false;
  }

  /// The items, each once. Final fields, so that a racing write is harmless.
  private record Distinct(Value[] items, HashIndex index) {
    static Distinct of(Value[] all) {
      Value[] items = new Value[all.length];
      HashIndex index = new HashIndex(all.length);
      int size = 0;
      for (Value item : all) {
        if (index.find(items, item) < 0) {
          items[size] = item;
          index.add(items, size);
          size++;
        }
      }
      return new Distinct(items, index);
    }
  }

  /// An unmodifiable view.
  public List<Value> items() {
    return Collections.unmodifiableList(Arrays.asList(items));
  }

  @Override
  public int rank() {
    return 4;
  }

  @Override
  public String typeName() {
    return "array";
  }

  @Override
  public int compareSameKind(Value other) {
    return compareItems(items, ((ArrayValue) other).items);
  }

  static int compareItems(Value[] a, Value[] b) {
    int end = Math.min(a.length, b.length);
    for (int i = 0; i < end; i++) {
      int order = a[i].compareTo(b[i]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(a.length, b.length);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof ArrayValue array
            && hashCode() == array.hashCode()
            && Arrays.equals(items, array.items);
  }

  @Override
  public int weight() {
    if (weight == 0) {
      weight = Weights.of(1, items);
    }
    return weight;
  }

  @Override
  public int hashCode() {
    if (hash == 0) {
      hash = Arrays.hashCode(items) | 1;
    }
    return hash;
  }

  @Override
  public void write(StringBuilder out) {
    out.append('[');
    String separator = "";
    for (Value item : items) {
      out.append(separator);
      item.write(out);
      separator = ", ";
    }
    out.append(']');
  }

  /// The term, but of what is larger than any text should be only the kind.
  @Override
  public String toString() {
    if (weight() > MAX_SHOWN) {
      return "(" + typeName() + ")";
    }
    StringBuilder out = new StringBuilder();
    write(out);
    return out.toString();
  }
}
