package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.ANY;
import static io.vouchsafe.rego.internal.builtin.Type.BOOLEAN;

import io.vouchsafe.rego.BooleanValue;
import java.util.List;
import java.util.function.IntPredicate;

/// The operators `== != < <= > >=`, over the total order of all values.
final class Comparison {
  private static final List<Type> TWO = List.of(ANY, ANY);

  private Comparison() {}

  static void register(Family family) {
    family.function("equal", TWO, BOOLEAN, in -> BooleanValue.of(same(in)));
    family.function("neq", TWO, BOOLEAN, in -> BooleanValue.of(!same(in)));
    ordered(family, "lt", order -> order < 0);
    ordered(family, "lte", order -> order <= 0);
    ordered(family, "gt", order -> order > 0);
    ordered(family, "gte", order -> order >= 0);
  }

  private static void ordered(Family family, String name, IntPredicate holds) {
    family.function(name, TWO, BOOLEAN, in -> BooleanValue.of(holds.test(order(in))));
  }

  private static boolean same(Operands in) {
    in.budget().compare(in.value(0), in.value(1));
    return in.value(0).equals(in.value(1));
  }

  private static int order(Operands in) {
    in.budget().compare(in.value(0), in.value(1));
    return in.value(0).compareTo(in.value(1));
  }
}
