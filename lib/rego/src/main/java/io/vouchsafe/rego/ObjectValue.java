package io.vouchsafe.rego;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An object: keys are any values, iteration is in the order of the keys.
public final class ObjectValue implements Value {
  public static final ObjectValue EMPTY = new Builder(0).build();

  /// Up to this size a lookup compares one by one.
  private static final int SCANNED = 6;

  private final Value[] keys;
  private final Value[] values;
  private final @Nullable HashIndex index;
  private @Nullable Sorted sorted;
  private int hash;
  private int weight;

  private ObjectValue(Value[] keys, Value[] values, @Nullable HashIndex index) {
    this.keys = keys;
    this.values = values;
    this.index = index;
  }

  /// The members in order. Immutable, so that a racing write is harmless.
  private record Sorted(Value[] keys, Value[] values) {}

  public static ObjectValue of(Map<? extends Value, ? extends Value> members) {
    Builder builder = new Builder(members.size());
    members.forEach(builder::put);
    return builder.build();
  }

  public int size() {
    return keys.length;
  }

  /// The member of that key, or null.
  public @Nullable Value get(Value key) {
    if (index != null) {
      int place = index.find(keys, key);
      return place < 0 ? null : values[place];
    }
    for (int i = 0; i < keys.length; i++) {
      if (keys[i].equals(key)) {
        return values[i];
      }
    }
    return null;
  }

  /// The member of that name, or null.
  public @Nullable Value get(String name) {
    return get(StringValue.of(name));
  }

  /// The key at a place in order, from 0.
  public Value keyAt(int place) {
    return sorted().keys[place];
  }

  /// The value at a place in order, from 0.
  public Value valueAt(int place) {
    return sorted().values[place];
  }

  /// A builder that holds these members.
  public Builder toBuilder() {
    Builder builder = new Builder(keys.length + 1);
    for (int i = 0; i < keys.length; i++) {
      builder.put(keys[i], values[i]);
    }
    return builder;
  }

  /// This object with one member set.
  public ObjectValue with(Value key, Value value) {
    return toBuilder().put(key, value).build();
  }

  private Sorted sorted() {
    Sorted known = sorted;
    if (known != null) {
      return known;
    }
    boolean inOrder = true;
    for (int i = 1; i < keys.length && inOrder; i++) {
      inOrder = keys[i - 1].compareTo(keys[i]) < 0;
    }
    if (inOrder) {
      known = new Sorted(keys, values);
    } else {
      Integer[] order = new Integer[keys.length];
      Arrays.setAll(order, i -> i);
      Arrays.sort(order, (a, b) -> keys[a].compareTo(keys[b]));
      Value[] sortedKeys = new Value[keys.length];
      Value[] sortedValues = new Value[keys.length];
      for (int i = 0; i < order.length; i++) {
        sortedKeys[i] = keys[order[i]];
        sortedValues[i] = values[order[i]];
      }
      known = new Sorted(sortedKeys, sortedValues);
    }
    sorted = known;
    return known;
  }

  @Override
  public int rank() {
    return 5;
  }

  @Override
  public String typeName() {
    return "object";
  }

  @Override
  public int compareSameKind(Value other) {
    Sorted a = sorted();
    Sorted b = ((ObjectValue) other).sorted();
    int end = Math.min(a.keys.length, b.keys.length);
    for (int i = 0; i < end; i++) {
      int order = a.keys[i].compareTo(b.keys[i]);
      if (order == 0) {
        order = a.values[i].compareTo(b.values[i]);
      }
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(a.keys.length, b.keys.length);
  }

  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof ObjectValue object)
        || keys.length != object.keys.length
        || hashCode() != object.hashCode()) {
      return false;
    }
    for (int i = 0; i < keys.length; i++) {
      if (!values[i].equals(object.get(keys[i]))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int weight() {
    if (weight == 0) {
      weight = Weights.of(Weights.of(1, keys), values);
    }
    return weight;
  }

  @Override
  public int hashCode() {
    if (hash == 0) {
      int sum = 17;
      for (int i = 0; i < keys.length; i++) {
        sum += keys[i].hashCode() * 31 ^ values[i].hashCode() * 0x85EBCA6B;
      }
      hash = sum | 1;
    }
    return hash;
  }

  @Override
  public void write(StringBuilder out) {
    out.append('{');
    for (int i = 0; i < keys.length; i++) {
      if (i > 0) {
        out.append(", ");
      }
      keyAt(i).write(out);
      out.append(": ");
      valueAt(i).write(out);
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

  /// Collects members. Not for several threads.
  public static final class Builder {
    private Value[] keys;
    private Value[] values;
    private @Nullable HashIndex index;
    private int size;

    public Builder() {
      this(4);
    }

    public Builder(int expected) {
      int room = Math.max(expected, 1);
      keys = new Value[room];
      values = new Value[room];
      if (expected > SCANNED) {
        index = new HashIndex(expected);
      }
    }

    public int size() {
      return size;
    }

    /// The member of that key so far, or null.
    public @Nullable Value get(Value key) {
      int place = find(key);
      return place < 0 ? null : values[place];
    }

    /// Sets a member; a later value replaces an earlier one.
    public Builder put(Value key, Value value) {
      int place = find(key);
      if (place >= 0) {
        values[place] = value;
        return this;
      }
      if (size == keys.length) {
        keys = Arrays.copyOf(keys, size * 2);
        values = Arrays.copyOf(values, size * 2);
      }
      keys[size] = key;
      values[size] = value;
      if (index != null) {
        index.add(keys, size);
      } else if (size == SCANNED) {
        index = new HashIndex(size * 2);
        for (int i = 0; i <= size; i++) {
          index.add(keys, i);
        }
      }
      size++;
      return this;
    }

    public Builder put(String name, Value value) {
      return put(StringValue.of(name), value);
    }

    private int find(Value key) {
      if (index != null) {
        return index.find(keys, key);
      }
      for (int i = 0; i < size; i++) {
        if (keys[i].equals(key)) {
          return i;
        }
      }
      return -1;
    }

    /// The object. The builder is not to be used after it.
    public ObjectValue build() {
      return new ObjectValue(
          size == keys.length ? keys : Arrays.copyOf(keys, size),
          size == values.length ? values : Arrays.copyOf(values, size),
          index);
    }
  }
}
