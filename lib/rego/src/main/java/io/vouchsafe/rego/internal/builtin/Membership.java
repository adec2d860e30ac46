package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.ANY;
import static io.vouchsafe.rego.internal.builtin.Type.BOOLEAN;
import static io.vouchsafe.rego.internal.builtin.Type.SET;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.BooleanValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.SetValue;
import io.vouchsafe.rego.Value;
import java.util.List;

/// The operators `in`, `&` and `|`.
final class Membership {
  private Membership() {}

  static void register(Family family) {
    family
        .function("internal.member_2", List.of(ANY, ANY), BOOLEAN, Membership::member)
        .function("internal.member_3", List.of(ANY, ANY, ANY), BOOLEAN, Membership::memberAt)
        .function("and", List.of(SET, SET), SET, in -> common(in, in.set(0), in.set(1)))
        .function("or", List.of(SET, SET), SET, in -> all(in, in.set(0), in.set(1)));
  }

  private static Value member(Operands in) {
    Value wanted = in.value(0);
    in.budget().weigh(wanted);
    boolean found = false;
    switch (in.value(1)) {
      case SetValue set -> found = set.contains(wanted);
      case ArrayValue array -> {
        in.budget().steps(array.size());
        found = array.contains(wanted);
      }
      case ObjectValue object -> {
        in.budget().steps(object.size());
        for (int i = 0; i < object.size() && !found; i++) {
          found = object.valueAt(i).equals(wanted);
        }
      }
      default -> {}
    }
    return BooleanValue.of(found);
  }

  private static Value memberAt(Operands in) {
    Value key = in.value(0);
    Value wanted = in.value(1);
    in.budget().weigh(key);
    in.budget().weigh(wanted);
    Value found =
        switch (in.value(2)) {
          case SetValue set -> set.contains(key) ? key : null;
          case ArrayValue array -> array.find(key);
          case ObjectValue object -> object.get(key);
          default -> null;
        };
    return BooleanValue.of(found != null && found.equals(wanted));
  }

  private static Value common(Operands in, SetValue a, SetValue b) {
    boolean first = a.size() <= b.size();
    SetValue smaller = first ? a : b;
    SetValue larger = first ? b : a;
    in.budget().steps(smaller.size());
    SetValue.Builder both = new SetValue.Builder();
    for (Value item : smaller.items()) {
      in.budget().weigh(item);
      if (larger.contains(item)) {
        both.add(item);
      }
    }
    return both.build();
  }

  private static Value all(Operands in, SetValue a, SetValue b) {
    in.budget().cells(a.size() + b.size());
    SetValue.Builder union = new SetValue.Builder(a.size() + b.size());
    a.items().forEach(union::add);
    for (Value item : b.items()) {
      in.budget().weigh(item);
      union.add(item);
    }
    return union.build();
  }
}
