package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.NUMBER;
import static io.vouchsafe.rego.internal.builtin.Type.STRING;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/// `bits.*`, `numbers.*` and `rand.*`: integers of any size, as two's complement without end.
final class Bits {
  private static final List<Type> TWO = List.of(NUMBER, NUMBER);

  /// Bits of the longest number that a shift may make.
  private static final int MAX_BITS = NumberValue.MAX_DIGITS * 3;

  private Bits() {}

  static void register(Family family) {
    family
        .function("bits.and", TWO, NUMBER, in -> apply(in, BigInteger::and))
        .function("bits.or", TWO, NUMBER, in -> apply(in, BigInteger::or))
        .function("bits.xor", TWO, NUMBER, in -> apply(in, BigInteger::xor))
        .function(
            "bits.negate",
            List.of(NUMBER),
            NUMBER,
            in -> NumberValue.of(in.integer(0).toBigInteger().not()))
        .function("bits.lsh", TWO, NUMBER, Bits::left)
        .function("bits.rsh", TWO, NUMBER, Bits::right)
        .function("numbers.range", TWO, Type.arrayOf(NUMBER), in -> range(in, BigInteger.ONE))
        .function(
            "numbers.range_step",
            List.of(NUMBER, NUMBER, NUMBER),
            Type.arrayOf(NUMBER),
            Bits::rangeStep)
        .function("rand.intn", List.of(STRING, NUMBER), NUMBER, Bits::random);
  }

  private static Value apply(Operands in, BinaryOperator<BigInteger> operation)
      throws BuiltinException {
    return NumberValue.of(
        operation.apply(in.integer(0).toBigInteger(), in.integer(1).toBigInteger()));
  }

  private static int shift(Operands in) throws BuiltinException {
    int by = in.clampedInt(1);
    if (by < 0) {
      throw BuiltinException.operand(
          1, "must be an unsigned integer number but got a negative integer");
    }
    return by;
  }

  private static Value left(Operands in) throws BuiltinException {
    BigInteger value = in.integer(0).toBigInteger();
    int by = shift(in);
    if ((long) value.bitLength() + by > MAX_BITS) {
      throw BuiltinException.failed("a number of more than " + MAX_BITS + " bits");
    }
    in.budget().cells(1 + by / Long.SIZE);
    return NumberValue.of(value.shiftLeft(by));
  }

  private static Value right(Operands in) throws BuiltinException {
    return NumberValue.of(in.integer(0).toBigInteger().shiftRight(shift(in)));
  }

  private static Value rangeStep(Operands in) throws BuiltinException {
    BigInteger step = in.integer(2).toBigInteger();
    if (step.signum() <= 0) {
      throw BuiltinException.failed("step must be a positive number above zero");
    }
    return range(in, step);
  }

  /// Both ends belong to it; it runs down if the second is the smaller one.
  private static Value range(Operands in, BigInteger step) throws BuiltinException {
    BigInteger from = in.integer(0).toBigInteger();
    BigInteger to = in.integer(1).toBigInteger();
    BigInteger count = to.subtract(from).abs().divide(step).add(BigInteger.ONE);
    in.budget().cells(count.bitLength() < Long.SIZE ? count.longValue() : Long.MAX_VALUE / 2);
    BigInteger stride = to.compareTo(from) < 0 ? step.negate() : step;
    List<Value> numbers = new ArrayList<>();
    BigInteger number = from;
    for (long left = count.longValue(); left > 0; left--) {
      numbers.add(NumberValue.of(number));
      number = number.add(stride);
    }
    return ArrayValue.of(numbers);
  }

  private static Value random(Operands in) throws BuiltinException {
    String seed = in.string(0);
    int bound = in.clampedInt(1);
    if (bound == 0) {
      return NumberValue.of(0);
    }
    long size = Math.abs((long) bound);
    return in.session()
        .once(
            ArrayValue.of(StringValue.of("rand.intn"), StringValue.of(seed), NumberValue.of(bound)),
            () -> NumberValue.of(in.session().capabilities().random().nextLong(size)));
  }
}
