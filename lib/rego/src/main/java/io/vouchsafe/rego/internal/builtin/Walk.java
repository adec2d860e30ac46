package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.ANY;
import static io.vouchsafe.rego.internal.builtin.Type.ARRAY;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.SetValue;
import io.vouchsafe.rego.Value;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/// `walk`: all values within a value, with their paths.
final class Walk {
  private final Operands in;
  private final Predicate<Value> sink;

  private Walk(Operands in, Predicate<Value> sink) {
    this.in = in;
    this.sink = sink;
  }

  static void register(Family family) {
    family.relation(
        "walk",
        List.of(ANY),
        ARRAY,
        (in, sink) -> new Walk(in, sink).visit(new Value[0], in.value(0)));
  }

  /// Values are trees, so this ends; their depth is bounded where they are made.
  private boolean visit(Value[] path, Value value) {
    in.budget().cells(path.length + 2L);
    if (sink.test(ArrayValue.of(ArrayValue.of(path), value))) {
      return true;
    }
    Value[] below = Arrays.copyOf(path, path.length + 1);
    switch (value) {
      case ArrayValue array -> {
        for (int i = 0; i < array.size(); i++) {
          below[path.length] = NumberValue.of(i);
          if (visit(below, array.get(i))) {
            return true;
          }
        }
      }
      case ObjectValue object -> {
        for (int i = 0; i < object.size(); i++) {
          below[path.length] = object.keyAt(i);
          if (visit(below, object.valueAt(i))) {
            return true;
          }
        }
      }
      case SetValue set -> {
        for (Value item : set.items()) {
          below[path.length] = item;
          if (visit(below, item)) {
            return true;
          }
        }
      }
      default -> {}
    }
    return false;
  }
}
