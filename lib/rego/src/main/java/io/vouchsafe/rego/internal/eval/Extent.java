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
  private final Map<Value, Object> members;

  private Extent(SetValue.@Nullable Builder set) {
    this.set = set;
    this.members = new TreeMap<>();
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
    Object known = at.members.putIfAbsent(path[path.length - 1], value);
    if (known != null && !known.equals(value)) {
      throw conflict();
    }
  }

  /// Puts a value at a path unless there is one: for defaults.
  void putDefault(Value[] path, Value value) {
    under(path, path.length - 1).members.putIfAbsent(path[path.length - 1], value);
  }

  /// Adds a member to the set at a path.
  void add(Value[] path, Value member) {
    SetValue.Builder builder = set;
    if (path.length > 0) {
      Extent at = under(path, path.length - 1);
      Object leaf = at.members.computeIfAbsent(path[path.length - 1], _ -> ofSet());
      builder = leaf instanceof Extent extent ? extent.set : null;
    }
    if (builder == null) {
      throw conflict();
    }
    builder.add(member);
  }

  private Extent under(Value[] path, int length) {
    Extent at = this;
    for (int i = 0; i < length; i++) {
      Object below = at.members.computeIfAbsent(path[i], _ -> ofObject());
      if (!(below instanceof Extent extent) || extent.set != null) {
        throw conflict();
      }
      at = extent;
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
    ObjectValue.Builder object = new ObjectValue.Builder(members.size());
    members.forEach((key, member) ->
        object.put(key, member instanceof Extent extent ? extent.build() : (Value) member));
    return object.build();
  }

  private static Halt conflict() {
    return new Halt(
        RegoException.Code.EVAL_CONFLICT,
        null,
        "object keys must be unique",
        "two values for the same key");
  }
}
