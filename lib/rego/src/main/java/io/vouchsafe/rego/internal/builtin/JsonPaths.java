package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.OBJECT;
import static io.vouchsafe.rego.internal.builtin.Type.STRING;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.NullValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.SetValue;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import java.util.ArrayList;
import java.util.List;

/// `json.filter` and `json.remove`: paths are gathered into a tree, then tree and document are
/// walked together.
final class JsonPaths {
  private JsonPaths() {}

  static void register(Family family) {
    Type paths = Type.collectionOf(Type.oneOf(STRING, Type.ARRAY));
    family
        .function("json.filter", List.of(OBJECT, paths), Type.ANY, JsonPaths::filter)
        .function("json.remove", List.of(OBJECT, paths), Type.ANY, JsonPaths::remove);
  }

  private static Value filter(Operands in) throws BuiltinException {
    ObjectValue object = in.object(0);
    return kept(in, object, tree(in));
  }

  private static Value remove(Operands in) throws BuiltinException {
    ObjectValue object = in.object(0);
    return rest(in, object, tree(in));
  }

  /// A path as its steps: an array, or text with `/` between and `~1`, `~0` for `/` and `~`.
  static List<Value> steps(Operands in, Value path) throws BuiltinException {
    return switch (path) {
      case ArrayValue array -> array.items();
      case StringValue text -> {
        String bare = text.text();
        in.budget().characters(bare.length());
        if (bare.isEmpty()) {
          yield List.of();
        }
        List<Value> steps = new ArrayList<>();
        for (String step : (bare.startsWith("/") ? bare.substring(1) : bare).split("/", -1)) {
          steps.add(StringValue.of(step.replace("~1", "/").replace("~0", "~")));
        }
        yield steps;
      }
      default ->
          throw BuiltinException.operand(
              1,
              "must be one of {set, array} containing string paths or array of path segments but"
                  + " got "
                  + path.typeName());
    };
  }

  /// Objects nested along the paths; null where one ends.
  private static ObjectValue tree(Operands in) throws BuiltinException {
    if (!(in.value(1) instanceof SetValue) && !(in.value(1) instanceof ArrayValue)) {
      throw in.wrong(1, "set", "array");
    }
    Node root = new Node();
    for (Value path : in.items(1)) {
      List<Value> steps = steps(in, path);
      in.budget().cells(1 + steps.size());
      Node node = root;
      for (int i = 0; i < steps.size() && !node.ends; i++) {
        in.budget().weigh(steps.get(i));
        node = node.child(steps.get(i));
      }
      if (!steps.isEmpty()) {
        node.ends = true;
      }
    }
    return (ObjectValue) root.value();
  }

  private static final class Node {
    private final java.util.Map<Value, Node> children = new java.util.TreeMap<>();
    private boolean ends;

    Node child(Value step) {
      return children.computeIfAbsent(step, _ -> new Node());
    }

    Value value() {
      if (ends) {
        return NullValue.NULL;
      }
      ObjectValue.Builder object = new ObjectValue.Builder(children.size());
      children.forEach((step, node) -> object.put(step, node.value()));
      return object.build();
    }
  }

  private static Value kept(Operands in, Value value, Value tree) {
    in.budget().cells(1);
    if (!(tree instanceof ObjectValue branches)) {
      return value;
    }
    return switch (value) {
      case ObjectValue object -> {
        in.budget().steps(branches.size());
        ObjectValue.Builder kept = new ObjectValue.Builder(branches.size());
        for (int i = 0; i < branches.size(); i++) {
          Value member = object.get(branches.keyAt(i));
          if (member != null) {
            kept.put(branches.keyAt(i), kept(in, member, branches.valueAt(i)));
          }
        }
        yield kept.build();
      }
      case ArrayValue array -> {
        in.budget().steps(array.size());
        List<Value> kept = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
          Value branch = branches.get(Integer.toString(i));
          if (branch != null) {
            kept.add(kept(in, array.get(i), branch));
          }
        }
        yield ArrayValue.of(kept);
      }
      case SetValue set -> {
        in.budget().steps(set.size());
        SetValue.Builder kept = new SetValue.Builder();
        for (Value item : set.items()) {
          Value branch = branches.get(item);
          if (branch != null) {
            kept.add(kept(in, item, branch));
          }
        }
        yield kept.build();
      }
      default -> value;
    };
  }

  private static Value rest(Operands in, Value value, Value tree) {
    in.budget().cells(1);
    if (!(tree instanceof ObjectValue branches)) {
      return value;
    }
    return switch (value) {
      case ObjectValue object -> {
        in.budget().cells(object.size());
        ObjectValue.Builder rest = new ObjectValue.Builder(object.size());
        for (int i = 0; i < object.size(); i++) {
          Value branch = branches.get(object.keyAt(i));
          if (branch == null) {
            rest.put(object.keyAt(i), object.valueAt(i));
          } else if (branch instanceof ObjectValue) {
            rest.put(object.keyAt(i), rest(in, object.valueAt(i), branch));
          }
        }
        yield rest.build();
      }
      case ArrayValue array -> {
        in.budget().cells(array.size());
        List<Value> rest = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
          Value branch = branches.get(Integer.toString(i));
          if (branch == null) {
            rest.add(array.get(i));
          } else if (branch instanceof ObjectValue) {
            rest.add(rest(in, array.get(i), branch));
          }
        }
        yield ArrayValue.of(rest);
      }
      case SetValue set -> {
        in.budget().cells(set.size());
        SetValue.Builder rest = new SetValue.Builder();
        for (Value item : set.items()) {
          Value branch = branches.get(item);
          if (branch == null) {
            rest.add(item);
          } else if (branch instanceof ObjectValue) {
            rest.add(rest(in, item, branch));
          }
        }
        yield rest.build();
      }
      default -> value;
    };
  }
}
