package io.vouchsafe.rego;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;

/// A ground Rego value: immutable, hashed and totally ordered.
///
/// The order is that of the language: null, booleans (false first), numbers by value, strings by
/// code point, arrays, objects, sets. `toString` writes a value as a Rego term.
public sealed interface Value extends Comparable<Value>
    permits NullValue, BooleanValue, NumberValue, StringValue, ArrayValue, ObjectValue, SetValue {

  /// The deepest nesting of values; beyond it a conversion or construction is refused.
  int MAX_DEPTH = 1_000;

  /// The weight up to which `toString` writes a value out.
  int MAX_SHOWN = 1 << 20;

  /// The place of this kind of value in the total order, from 0 (null) to 6 (set).
  int rank();

  /// The name that `type_name` gives, such as `string`.
  String typeName();

  /// Whether an expression of this value holds: everything but `false` does.
  default boolean truthy() {
    return this != BooleanValue.FALSE;
  }

  /// How many values it is made of, each as often as it occurs; long text counts for more. Of
  /// values that share parts it is far more than what they take in memory. At most
  /// [Integer#MAX_VALUE].
  default int weight() {
    return 1;
  }

  /// Adds the Rego term to `out`.
  void write(StringBuilder out);

  @Override
  default int compareTo(Value other) {
    if (this == other) {
      return 0;
    }
    int ranks = Integer.compare(rank(), other.rank());
    return ranks != 0 ? ranks : compareSameKind(other);
  }

  /// Compares with a value of the same kind.
  int compareSameKind(Value other);

  /// The value of a JSON document.
  ///
  /// @throws FormatException if a number is beyond [NumberValue]'s bounds
  static Value of(Json json) throws FormatException {
    return ValueJson.fromJson(json);
  }

  /// This value as JSON: sets become arrays in order, keys that are no strings become their JSON
  /// text.
  default Json toJson() {
    return ValueJson.toJson(this);
  }
}
