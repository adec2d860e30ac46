package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.NUMBER;
import static io.vouchsafe.rego.internal.builtin.Type.SET;

import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.SetValue;
import io.vouchsafe.rego.Value;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/// The operators `+ - * / %`, and rounding.
final class Arithmetic {
  private static final List<Type> TWO_NUMBERS = List.of(NUMBER, NUMBER);
  private static final List<Type> ONE_NUMBER = List.of(NUMBER);

  private Arithmetic() {}

  static void register(Family family) {
    Type numberOrSet = Type.oneOf(NUMBER, SET);
    family
        .function("plus", TWO_NUMBERS, NUMBER, in -> in.number(0).plus(in.number(1)))
        .function("minus", List.of(numberOrSet, numberOrSet), numberOrSet, Arithmetic::minus)
        .function("mul", TWO_NUMBERS, NUMBER, in -> in.number(0).times(in.number(1)))
        .function("div", TWO_NUMBERS, NUMBER, in -> in.number(0).dividedBy(in.number(1)))
        .function("rem", TWO_NUMBERS, NUMBER, in -> in.number(0).remainder(in.number(1)))
        .function("abs", ONE_NUMBER, NUMBER, in -> abs(in.number(0)))
        .function("round", ONE_NUMBER, NUMBER, in -> rounded(in, RoundingMode.HALF_UP))
        .function("ceil", ONE_NUMBER, NUMBER, in -> rounded(in, RoundingMode.CEILING))
        .function("floor", ONE_NUMBER, NUMBER, in -> rounded(in, RoundingMode.FLOOR));
    family.function("set_diff", List.of(SET, SET), SET, in -> difference(in, in.set(0), in.set(1)));
  }

  private static Value minus(Operands in) throws BuiltinException {
    if (in.value(0) instanceof NumberValue a && in.value(1) instanceof NumberValue b) {
      return a.minus(b);
    }
    if (in.value(0) instanceof SetValue a && in.value(1) instanceof SetValue b) {
      return difference(in, a, b);
    }
    boolean second = in.value(0) instanceof NumberValue || in.value(0) instanceof SetValue;
    throw second ? in.wrong(1, in.value(0).typeName()) : in.wrong(0, "number", "set");
  }

  private static SetValue difference(Operands in, SetValue a, SetValue b) {
    in.budget().steps(a.size());
    SetValue.Builder rest = new SetValue.Builder();
    for (Value item : a.items()) {
      in.budget().weigh(item);
      if (!b.contains(item)) {
        rest.add(item);
      }
    }
    return rest.build();
  }

  private static NumberValue abs(NumberValue number) {
    return number.signum() < 0 ? NumberValue.of(0).minus(number) : number;
  }

  private static NumberValue rounded(Operands in, RoundingMode mode) throws BuiltinException {
    NumberValue number = in.number(0);
    if (number.isInteger()) {
      return number;
    }
    BigDecimal whole = number.toBigDecimal().setScale(0, mode);
    return NumberValue.of(whole);
  }
}
