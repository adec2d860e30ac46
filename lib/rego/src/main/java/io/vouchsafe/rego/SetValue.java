package io.vouchsafe.rego;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A set: iteration is in the order of the items.
public final class SetValue implements Value {
  public static final SetValue EMPTY = new Builder(0).build();

  private final Value[] items;
  private final HashIndex index;
  private @Nullable Sorted sorted;
  private int hash;
  private int weight;

  private SetValue(Value[] items, HashIndex index) {
    this.items = items;
    this.index = index;
  }

  public static SetValue of(Value... items) {
    return of(List.of(items));
  }

  public static SetValue of(Collection<? extends Value> items) {
    Builder builder = new Builder(items.size());
    items.forEach(builder::add);
    return builder.build();
  }

  public int size() {
    return items.length;
  }

  public boolean contains(Value item) {
    return index.find(items, item) >= 0;
  }

  /// The item at a place in order, from 0.
  public Value at(int place) {
    return sorted()[place];
  }

  /// The items in order; unmodifiable.
  public List<Value> items() {
    return Collections.unmodifiableList(Arrays.asList(sorted()));
  }

  /// This set as an array, in order.
  public ArrayValue toArray() {
    return ArrayValue.owning(sorted());
  }

  private Value[] sorted() {
    Sorted known = sorted;
    if (known == null) {
      Value[] ordered = items.clone();
      Arrays.sort(ordered);
      known = new Sorted(ordered);
      sorted = known;
    }
    return known.items;
  }

  /// The items in order. A final field, so that a racing write is harmless.
  private record Sorted(Value[] items) {}

  @Override
  public int rank() {
    return 6;
  }

  @Override
  public String typeName() {
    return "set";
  }

  @Override
  public int compareSameKind(Value other) {
    return ArrayValue.compareItems(sorted(), ((SetValue) other).sorted());
  }

  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof SetValue set)
        || items.length != set.items.length
        || hashCode() != set.hashCode()) {
      return false;
    }
    for (Value item : items) {
      if (!set.contains(item)) {
        return false;
      }
    }
    return true;
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
      int sum = 23;
      for (Value item : items) {
        sum += item.hashCode() * 0xC2B2AE35;
      }
      hash = sum | 1;
    }
    return hash;
  }

  @Override
  public void write(StringBuilder out) {
    if (items.length == 0) {
      out.append("set()");
      return;
    }
    out.append('{');
    String separator = "";
    for (Value item : sorted()) {
      out.append(separator);
      item.write(out);
      separator = ", ";
    }
    out.append('}');
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

  /// Collects items. Not for several threads.
  public static final class Builder {
    private Value[] items;
    private final HashIndex index;
    private int size;

    public Builder() {
      this(4);
    }

    public Builder(int expected) {
      items = new Value[Math.max(1, expected)];
      index = new HashIndex(expected);
    }

    public int size() {
      return size;
    }

    /// Adds an item.
    ///
    /// @return whether it is new
    public boolean add(Value item) {
      if (index.find(items, item) >= 0) {
        return false;
      }
      if (size == items.length) {
        items = Arrays.copyOf(items, size * 2);
      }
      items[size] = item;
      index.add(items, size);
      size++;
      return true;
    }

    /// The set. The builder is not to be used after it.
    public SetValue build() {
      return new SetValue(size == items.length ? items : Arrays.copyOf(items, size), index);
    }
  }
}
