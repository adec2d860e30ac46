package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.ANY;
import static io.vouchsafe.rego.internal.builtin.Type.OBJECT;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.SetValue;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `json.patch` (RFC 6902), with sets: an item of a set is its own step.
final class JsonPatches {
  private static final StringValue END = StringValue.of("-");

  private JsonPatches() {}

  static void register(Family family) {
    family.function("json.patch", List.of(ANY, Type.arrayOf(OBJECT)), ANY, JsonPatches::patch);
  }

  private static Value patch(Operands in) throws BuiltinException {
    Value value = in.value(0);
    for (Value item : in.array(1).items()) {
      if (!(item instanceof ObjectValue operation)) {
        throw BuiltinException.operand(
            1, "must be array of JSON patches but got array containing " + item.typeName());
      }
      value = apply(in, value, operation);
    }
    return value;
  }

  private static Value apply(Operands in, Value value, ObjectValue operation)
      throws BuiltinException {
    List<Value> path = path(in, operation, "path");
    String name = require(operation, "op") instanceof StringValue text ? text.text() : "";
    return switch (name) {
      case "add" -> put(in, value, path, require(operation, "value"), Change.ADD);
      case "remove" -> put(in, value, path, value, Change.REMOVE);
      case "replace" -> put(in, value, path, require(operation, "value"), Change.REPLACE);
      case "move" -> {
        List<Value> from = path(in, operation, "from");
        Value moved = get(value, from);
        yield put(in, put(in, value, from, value, Change.REMOVE), path, moved, Change.ADD);
      }
      case "copy" -> put(in, value, path, get(value, path(in, operation, "from")), Change.ADD);
      case "test" -> {
        Value there = get(value, path);
        in.budget().compare(there, require(operation, "value"));
        if (!there.equals(require(operation, "value"))) {
          throw BuiltinException.failed("value from EditTree != patch value");
        }
        yield value;
      }
      default -> throw BuiltinException.failed("unrecognized op: " + name);
    };
  }

  private enum Change {
    ADD,
    REMOVE,
    REPLACE
  }

  private static Value require(ObjectValue operation, String name) throws BuiltinException {
    Value value = operation.get(name);
    if (value == null) {
      throw BuiltinException.failed("missing '" + name + "' attribute");
    }
    return value;
  }

  private static List<Value> path(Operands in, ObjectValue operation, String name)
      throws BuiltinException {
    List<Value> path = JsonPaths.steps(in, require(operation, name));
    path.forEach(in.budget()::weigh);
    in.budget().steps(path.size());
    return path;
  }

  private static BuiltinException noSuch(Value step) {
    return BuiltinException.failed("path " + step + " does not exist");
  }

  private static Value get(Value value, List<Value> path) throws BuiltinException {
    Value at = value;
    for (Value step : path) {
      Value found =
          switch (at) {
            case ObjectValue object -> object.get(step);
            case ArrayValue array -> array.get(index(array, step, array.size() - 1));
            case SetValue set -> set.contains(step) ? step : null;
            default -> null;
          };
      if (found == null) {
        throw noSuch(step);
      }
      at = found;
    }
    return at;
  }

  /// Rebuilds the values along the path.
  private static Value put(Operands in, Value value, List<Value> path, Value item, Change change)
      throws BuiltinException {
    if (path.isEmpty()) {
      if (change == Change.REMOVE) {
        throw BuiltinException.failed("the whole document cannot be removed");
      }
      return item;
    }
    Value step = path.getFirst();
    List<Value> rest = path.subList(1, path.size());
    return switch (value) {
      case ObjectValue object -> inObject(in, object, step, rest, item, change);
      case ArrayValue array -> inArray(in, array, step, rest, item, change);
      case SetValue set -> inSet(in, set, step, rest, item, change);
      default -> throw noSuch(step);
    };
  }

  private static Value inObject(
      Operands in, ObjectValue object, Value step, List<Value> rest, Value item, Change change)
      throws BuiltinException {
    in.budget().cells(1 + object.size());
    Value old = object.get(step);
    if (old == null) {
      if (rest.isEmpty() && change == Change.ADD) {
        return object.toBuilder().put(step, item).build();
      }
      throw noSuch(step);
    }
    if (!rest.isEmpty()) {
      return object.toBuilder().put(step, put(in, old, rest, item, change)).build();
    }
    if (change != Change.REMOVE) {
      return object.toBuilder().put(step, item).build();
    }
    ObjectValue.Builder without = new ObjectValue.Builder(object.size());
    for (int i = 0; i < object.size(); i++) {
      if (!object.keyAt(i).equals(step)) {
        without.put(object.keyAt(i), object.valueAt(i));
      }
    }
    return without.build();
  }

  private static Value inArray(
      Operands in, ArrayValue array, Value step, List<Value> rest, Value item, Change change)
      throws BuiltinException {
    in.budget().cells(1 + array.size());
    List<Value> items = new ArrayList<>(array.items());
    boolean insert = rest.isEmpty() && change == Change.ADD;
    if (insert && step.equals(END)) {
      items.add(item);
      return ArrayValue.of(items);
    }
    int index = index(array, step, insert ? array.size() : array.size() - 1);
    if (!rest.isEmpty()) {
      items.set(index, put(in, array.get(index), rest, item, change));
    } else {
      switch (change) {
        case ADD -> items.add(index, item);
        case REMOVE -> items.remove(index);
        case REPLACE -> items.set(index, item);
      }
    }
    return ArrayValue.of(items);
  }

  private static Value inSet(
      Operands in, SetValue set, Value step, List<Value> rest, Value item, Change change)
      throws BuiltinException {
    in.budget().cells(1 + set.size());
    boolean adds = rest.isEmpty() && change == Change.ADD;
    if (adds && !step.equals(item)) {
      throw BuiltinException.failed("set key " + step + " does not equal value to be inserted");
    }
    if (!adds && !set.contains(step)) {
      throw noSuch(step);
    }
    SetValue.Builder changed = new SetValue.Builder(set.size() + 1);
    for (Value old : set.items()) {
      if (!old.equals(step)) {
        changed.add(old);
      }
    }
    if (!rest.isEmpty()) {
      changed.add(put(in, step, rest, item, change));
    } else if (change != Change.REMOVE) {
      changed.add(item);
    }
    return changed.build();
  }

  private static int index(ArrayValue array, Value step, int most) throws BuiltinException {
    Optional<Integer> index =
        switch (step) {
          case NumberValue number -> number.asInt();
          case StringValue text -> decimal(text.text());
          default -> Optional.empty();
        };
    if (index.isEmpty() || index.get() < 0 || index.get() > most) {
      throw BuiltinException.failed(
          "array index " + step + " out of bounds of " + array.size() + " items");
    }
    return index.get();
  }

  /// Decimals without leading zeros (RFC 6901 §4).
  private static Optional<Integer> decimal(String text) {
    boolean plain =
        !text.isEmpty()
            && text.length() < 10
            && text.chars().allMatch(c -> c >= '0' && c <= '9')
            && (text.length() == 1 || text.charAt(0) != '0');
    return plain ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }
}
