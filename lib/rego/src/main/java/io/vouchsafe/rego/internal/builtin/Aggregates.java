package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.ANY;
import static io.vouchsafe.rego.internal.builtin.Type.ARRAY;
import static io.vouchsafe.rego.internal.builtin.Type.BOOLEAN;
import static io.vouchsafe.rego.internal.builtin.Type.COLLECTION;
import static io.vouchsafe.rego.internal.builtin.Type.NUMBER;
import static io.vouchsafe.rego.internal.builtin.Type.OBJECT;
import static io.vouchsafe.rego.internal.builtin.Type.SET;
import static io.vouchsafe.rego.internal.builtin.Type.STRING;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.BooleanValue;
import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.SetValue;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/// One value of many: `count`, `sum`, `max`, `sort` and the like; and the set operations.
final class Aggregates {
  private Aggregates() {}

  static void register(Family family) {
    Type numbers = Type.collectionOf(NUMBER);
    List<Type> many = List.of(COLLECTION);
    family
        .function(
            "count", List.of(Type.oneOf(STRING, COLLECTION, OBJECT)), NUMBER, Aggregates::count)
        .function("sum", List.of(numbers), NUMBER, in -> fold(in, 0, NumberValue::plus))
        .function("product", List.of(numbers), NUMBER, in -> fold(in, 1, NumberValue::times))
        .function("max", many, ANY, in -> extreme(in, 1))
        .function("min", many, ANY, in -> extreme(in, -1))
        .function("sort", many, ARRAY, Aggregates::sort)
        .function("all", many, BOOLEAN, Aggregates::all)
        .function("any", many, BOOLEAN, Aggregates::any);
    family
        .function("intersection", List.of(Type.setOf(SET)), SET, Aggregates::intersection)
        .function("union", List.of(Type.setOf(SET)), SET, in -> both(in, in.set(0).items()));
  }

  private static Value count(Operands in) throws BuiltinException {
    return switch (in.value(0)) {
      case ArrayValue array -> NumberValue.of(array.size());
      case SetValue set -> NumberValue.of(set.size());
      case ObjectValue object -> NumberValue.of(object.size());
      case StringValue text -> {
        in.budget().steps(1 + text.text().length() / 8);
        yield NumberValue.of(text.text().codePointCount(0, text.text().length()));
      }
      default -> throw in.wrong(0, "array", "object", "set", "string");
    };
  }

  private static Value fold(Operands in, long start, BinaryOperator<NumberValue> step)
      throws BuiltinException {
    NumberValue result = NumberValue.of(start);
    List<Value> items = in.items(0);
    in.budget().steps(items.size());
    for (Value item : items) {
      if (!(item instanceof NumberValue number)) {
        String container = in.value(0).typeName();
        throw BuiltinException.operand(
            0,
            "must be "
                + container
                + " of numbers but got "
                + container
                + " containing "
                + item.typeName());
      }
      result = step.apply(result, number);
    }
    return result;
  }

  /// Undefined if there is nothing.
  private static @Nullable Value extreme(Operands in, int direction) throws BuiltinException {
    Value best = null;
    List<Value> items = in.items(0);
    in.budget().steps(items.size());
    for (Value item : items) {
      in.budget().weigh(item);
      if (best == null || item.compareTo(best) * direction > 0) {
        best = item;
      }
    }
    return best;
  }

  private static Value sort(Operands in) throws BuiltinException {
    List<Value> items = new ArrayList<>(in.items(0));
    in.budget().cells(items.size());
    in.budget()
        .steps(
            (long) items.size() * (1 + Integer.SIZE - Integer.numberOfLeadingZeros(items.size())));
    int rounds = Integer.SIZE - Integer.numberOfLeadingZeros(items.size());
    for (Value item : items) {
      in.budget().steps((long) item.weight() / 8 * rounds);
    }
    Collections.sort(items);
    return ArrayValue.of(items);
  }

  private static Value all(Operands in) throws BuiltinException {
    List<Value> items = in.items(0);
    in.budget().steps(items.size());
    return BooleanValue.of(items.stream().allMatch(BooleanValue.TRUE::equals));
  }

  private static Value any(Operands in) throws BuiltinException {
    List<Value> items = in.items(0);
    in.budget().steps(items.size());
    return BooleanValue.of(items.stream().anyMatch(BooleanValue.TRUE::equals));
  }

  private static SetValue common(Operands in, SetValue a, SetValue b) {
    SetValue smaller = a.size() <= b.size() ? a : b;
    SetValue other = smaller == a ? b : a;
    in.budget().steps(smaller.size());
    SetValue.Builder both = new SetValue.Builder();
    for (Value item : smaller.items()) {
      in.budget().weigh(item);
      if (other.contains(item)) {
        both.add(item);
      }
    }
    return both.build();
  }

  private static Value intersection(Operands in) throws BuiltinException {
    SetValue result = null;
    for (Value item : in.set(0).items()) {
      SetValue set = member(item);
      result = result == null ? set : common(in, result, set);
    }
    return result == null ? SetValue.EMPTY : result;
  }

  private static SetValue both(Operands in, List<? extends Value> sets) throws BuiltinException {
    SetValue.Builder all = new SetValue.Builder();
    for (Value item : sets) {
      SetValue set = member(item);
      in.budget().cells(set.size());
      for (Value value : set.items()) {
        in.budget().weigh(value);
        all.add(value);
      }
    }
    return all.build();
  }

  private static SetValue member(Value item) throws BuiltinException {
    if (item instanceof SetValue set) {
      return set;
    }
    throw BuiltinException.operand(
        0, "must be set of sets but got set containing " + item.typeName());
  }
}
