package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.SetValue;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.Halt;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The value of a partial rule while it grows: members by path, down to values or sets.
final class Extent {
  private final SetValue.@Nullable Builder set;
  private final ObjectValue.Builder values = new ObjectValue.Builder();

  /// Members that grow themselves; none is among the values.
  private @Nullable Map<Value, Extent> below;

  private Extent(SetValue.@Nullable Builder set) {
    this.set = set;
  }

  static Extent ofSet() {
    return new Extent(new SetValue.Builder());
  }

  static Extent ofObject() {
    return new Extent(null);
  }

  /// Puts a value at a path.
  void put(Value[] path, Value value) {
    Extent at = under(path, path.length - 1);
    Value key = path[path.length - 1];
    Value known = at.values.get(key);
    if (at.extent(key) != null || known != null && !known.equals(value)) {
      throw conflict();
    }
    at.values.put(key, value);
  }

  /// Puts a value at a path unless there is one: for defaults.
  void putDefault(Value[] path, Value value) {
    Extent at = under(path, path.length - 1);
    Value key = path[path.length - 1];
    if (at.extent(key) == null && at.values.get(key) == null) {
      at.values.put(key, value);
    }
  }

  /// Adds a member to the set at a path.
  void add(Value[] path, Value member) {
    SetValue.Builder builder = set;
    if (path.length > 0) {
      Extent at = under(path, path.length - 1);
      builder = at.member(path[path.length - 1], true).set;
    }
    if (builder == null) {
      throw conflict();
    }
    builder.add(member);
  }

  private @Nullable Extent extent(Value key) {
    return below == null ? null : below.get(key);
  }

  private Extent member(Value key, boolean ofSet) {
    Extent known = extent(key);
    if (known != null) {
      return known;
    }
    if (values.get(key) != null) {
      throw conflict();
    }
    if (below == null) {
      below = new TreeMap<>();
    }
    Extent made = ofSet ? ofSet() : ofObject();
    below.put(key, made);
    return made;
  }

  private Extent under(Value[] path, int length) {
    Extent at = this;
    for (int i = 0; i < length; i++) {
      at = at.member(path[i], false);
      if (at.set != null) {
        throw conflict();
      }
    }
    if (at.set != null) {
      throw conflict();
    }
    return at;
  }

  Value build() {
    if (set != null) {
      return set.build();
    }
    if (below != null) {
      below.forEach((key, extent) -> values.put(key, extent.build()));
    }
    return values.build();
  }

  private static Halt conflict() {
    return new Halt(
        RegoException.Code.EVAL_CONFLICT,
        null,
        "object keys must be unique",
        "two values for the same key");
  }
}
