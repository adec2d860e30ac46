package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.ANY;
import static io.vouchsafe.rego.internal.builtin.Type.BOOLEAN;
import static io.vouchsafe.rego.internal.builtin.Type.COLLECTION;
import static io.vouchsafe.rego.internal.builtin.Type.OBJECT;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.BooleanValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.SetValue;
import io.vouchsafe.rego.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `object.*`.
final class Objects {
  private Objects() {}

  static void register(Family family) {
    Type keys = Type.oneOf(COLLECTION, OBJECT);
    Type nested = Type.oneOf(COLLECTION, OBJECT);
    family
        .function("object.get", List.of(OBJECT, ANY, ANY), ANY, Objects::get)
        .function("object.keys", List.of(OBJECT), Type.SET, Objects::keys)
        .function("object.remove", List.of(OBJECT, keys), OBJECT, in -> pick(in, false))
        .function("object.filter", List.of(OBJECT, keys), OBJECT, in -> pick(in, true))
        .function("object.union", List.of(OBJECT, OBJECT), OBJECT, Objects::union)
        .function("object.union_n", List.of(Type.arrayOf(OBJECT)), OBJECT, Objects::unionAll)
        .function("object.subset", List.of(nested, nested), BOOLEAN, Objects::subset);
  }

  /// An array as key is a path.
  private static Value get(Operands in) throws BuiltinException {
    ObjectValue object = in.object(0);
    in.budget().weigh(in.value(1));
    Value found =
        in.value(1) instanceof ArrayValue path ? follow(in, object, path) : object.get(in.value(1));
    return found == null ? in.value(2) : found;
  }

  private static @Nullable Value follow(Operands in, Value from, ArrayValue path) {
    in.budget().steps(1 + path.size());
    Value at = from;
    for (Value step : path.items()) {
      at =
          switch (at) {
            case ObjectValue object -> object.get(step);
            case ArrayValue array -> array.find(step);
            case SetValue set -> set.contains(step) ? step : null;
            case null, default -> null;
          };
      if (at == null) {
        return null;
      }
    }
    return at;
  }

  private static Value keys(Operands in) throws BuiltinException {
    ObjectValue object = in.object(0);
    in.budget().cells(object.size());
    SetValue.Builder keys = new SetValue.Builder(object.size());
    for (int i = 0; i < object.size(); i++) {
      keys.add(object.keyAt(i));
    }
    return keys.build();
  }

  private static Value pick(Operands in, boolean keep) throws BuiltinException {
    ObjectValue object = in.object(0);
    List<Value> listed = keyOperand(in);
    in.budget().cells(object.size() + listed.size());
    SetValue keys = distinct(in, listed);
    ObjectValue.Builder picked = new ObjectValue.Builder(object.size());
    for (int i = 0; i < object.size(); i++) {
      if (keys.contains(object.keyAt(i)) == keep) {
        picked.put(object.keyAt(i), object.valueAt(i));
      }
    }
    return picked.build();
  }

  private static SetValue distinct(Operands in, List<Value> values) {
    SetValue.Builder distinct = new SetValue.Builder(values.size());
    for (Value value : values) {
      in.budget().weigh(value);
      distinct.add(value);
    }
    return distinct.build();
  }

  private static List<Value> keyOperand(Operands in) throws BuiltinException {
    if (in.value(1) instanceof ObjectValue object) {
      List<Value> keys = new ArrayList<>(object.size());
      for (int i = 0; i < object.size(); i++) {
        keys.add(object.keyAt(i));
      }
      return keys;
    }
    if (in.value(1) instanceof ArrayValue || in.value(1) instanceof SetValue) {
      return in.items(1);
    }
    throw in.wrong(1, "object", "set", "array");
  }

  private static Value union(Operands in) throws BuiltinException {
    return merged(in, in.object(0), in.object(1));
  }

  private static Value unionAll(Operands in) throws BuiltinException {
    ObjectValue all = ObjectValue.EMPTY;
    for (Value item : in.array(0).items()) {
      if (!(item instanceof ObjectValue object)) {
        throw BuiltinException.operand(
            0, "must be array of objects but got array containing " + item.typeName());
      }
      all = merged(in, all, object);
    }
    return all;
  }

  /// The second wins; where both have objects, these are merged.
  private static ObjectValue merged(Operands in, ObjectValue a, ObjectValue b) {
    in.budget().cells(1L + a.size() + b.size());
    ObjectValue.Builder all = a.toBuilder();
    for (int i = 0; i < b.size(); i++) {
      Value old = a.get(b.keyAt(i));
      Value now = b.valueAt(i);
      all.put(
          b.keyAt(i),
          old instanceof ObjectValue x && now instanceof ObjectValue y ? merged(in, x, y) : now);
    }
    return all.build();
  }

  private static Value subset(Operands in) throws BuiltinException {
    Value whole = in.value(0);
    Value part = in.value(1);
    if (whole instanceof ArrayValue array && part instanceof SetValue set) {
      in.budget().steps((long) array.size() + set.size());
      SetValue items = distinct(in, array.items());
      return BooleanValue.of(set.items().stream().allMatch(items::contains));
    }
    if (whole instanceof ObjectValue && part instanceof ObjectValue
        || whole instanceof SetValue && part instanceof SetValue
        || whole instanceof ArrayValue && part instanceof ArrayValue) {
      return BooleanValue.of(holds(in, whole, part));
    }
    throw BuiltinException.failed(
        "both arguments object.subset must be of the same type or array and set");
  }

  private static boolean holds(Operands in, Value whole, Value part) {
    in.budget().step();
    return switch (part) {
      case ObjectValue small when whole instanceof ObjectValue large -> {
        boolean all = true;
        for (int i = 0; i < small.size() && all; i++) {
          Value value = large.get(small.keyAt(i));
          all = value != null && holds(in, value, small.valueAt(i));
        }
        yield all;
      }
      case SetValue small when whole instanceof SetValue large -> {
        in.budget().steps(small.size());
        in.budget().weigh(small);
        yield small.items().stream().allMatch(large::contains);
      }
      case ArrayValue small when whole instanceof ArrayValue large -> {
        in.budget().steps((long) large.size() * Math.max(1, small.size()));
        in.budget().steps((long) small.weight() / 8 * large.size());
        yield java.util.Collections.indexOfSubList(large.items(), small.items()) >= 0;
      }
      default -> {
        in.budget().compare(whole, part);
        yield whole.equals(part);
      }
    };
  }
}
