package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.ARRAY;
import static io.vouchsafe.rego.internal.builtin.Type.NUMBER;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// `array.*`.
final class Arrays {
  private Arrays() {}

  static void register(Family family) {
    family
        .function("array.concat", List.of(ARRAY, ARRAY), ARRAY, Arrays::concat)
        .function("array.slice", List.of(ARRAY, NUMBER, NUMBER), ARRAY, Arrays::slice)
        .function("array.reverse", List.of(ARRAY), ARRAY, Arrays::reverse)
        .function("array.flatten", List.of(ARRAY), ARRAY, Arrays::flatten);
  }

  private static Value concat(Operands in) throws BuiltinException {
    List<Value> first = in.array(0).items();
    List<Value> second = in.array(1).items();
    in.budget().cells(first.size() + second.size());
    List<Value> all = new ArrayList<>(first.size() + second.size());
    all.addAll(first);
    all.addAll(second);
    return ArrayValue.of(all);
  }

  private static Value slice(Operands in) throws BuiltinException {
    ArrayValue array = in.array(0);
    int start = Math.clamp(in.clampedInt(1), 0, array.size());
    int end = Math.clamp(in.clampedInt(2), 0, array.size());
    if (end <= start) {
      return ArrayValue.EMPTY;
    }
    in.budget().cells(end - start);
    return ArrayValue.of(array.items().subList(start, end));
  }

  private static Value reverse(Operands in) throws BuiltinException {
    ArrayValue array = in.array(0);
    in.budget().cells(array.size());
    List<Value> items = new ArrayList<>(array.items());
    Collections.reverse(items);
    return ArrayValue.of(items);
  }

  private static Value flatten(Operands in) throws BuiltinException {
    List<Value> flat = new ArrayList<>();
    for (Value item : in.array(0).items()) {
      if (item instanceof ArrayValue inner) {
        in.budget().cells(inner.size());
        flat.addAll(inner.items());
      } else {
        in.budget().cells(1);
        flat.add(item);
      }
    }
    return ArrayValue.of(flat);
  }
}
