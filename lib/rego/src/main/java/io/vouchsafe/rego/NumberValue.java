package io.vouchsafe.rego;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An exact decimal number: a `long` where it fits, a [BigDecimal] of bounded size beyond.
public final class NumberValue implements Value {
  /// Digits of a number, and the largest power of ten that it may be scaled by.
  public static final int MAX_DIGITS = 4_096;

  /// Digits that a quotient keeps when it has no finite decimal form.
  private static final MathContext QUOTIENT = new MathContext(20, RoundingMode.HALF_EVEN);

  /// Digits up to which an integer that ends in zeros is written out.
  private static final int MAX_PLAIN = 100;

  private static final int SMALL_FROM = -128;
  private static final NumberValue[] SMALL = new NumberValue[1_152];

  static {
    for (int i = 0; i < SMALL.length; i++) {
      SMALL[i] = new NumberValue(i + SMALL_FROM, null);
    }
  }

  private final long small;

  /// The value if it is no `long`, without trailing zeros.
  private final @Nullable BigDecimal big;

  private NumberValue(long small, @Nullable BigDecimal big) {
    this.small = small;
    this.big = big;
  }

  public static NumberValue of(long value) {
    if (value >= SMALL_FROM && value < SMALL_FROM + SMALL.length) {
      return SMALL[(int) value - SMALL_FROM];
    }
    return new NumberValue(value, null);
  }

  /// @throws ArithmeticException beyond [#MAX_DIGITS]
  public static NumberValue of(BigInteger value) {
    return value.bitLength() < Long.SIZE ? of(value.longValue()) : of(new BigDecimal(value));
  }

  /// @throws ArithmeticException beyond [#MAX_DIGITS]
  public static NumberValue of(BigDecimal value) {
    if (value.signum() == 0) {
      return of(0);
    }
    // The scale is looked at first: 1e999999999 must not be expanded.
    if (Math.abs((long) value.scale()) > MAX_DIGITS || value.precision() > MAX_DIGITS) {
      throw new ArithmeticException("number of more than " + MAX_DIGITS + " digits");
    }
    BigDecimal plain = value.stripTrailingZeros();
    if (plain.scale() <= 0 && plain.precision() - plain.scale() <= 19) {
      BigInteger integer = plain.toBigIntegerExact();
      if (integer.bitLength() < Long.SIZE) {
        return of(integer.longValue());
      }
    }
    return new NumberValue(0, plain);
  }

  /// The number that a JSON or Rego text writes.
  ///
  /// @throws ArithmeticException beyond [#MAX_DIGITS]
  /// @throws NumberFormatException if it is no number
  public static NumberValue parse(String text) {
    if (text.length() > 2 * MAX_DIGITS) {
      throw new ArithmeticException("number of more than " + MAX_DIGITS + " digits");
    }
    return of(new BigDecimal(text));
  }

  /// Whether the value is a `long`.
  public boolean isLong() {
    return big == null;
  }

  /// The value if [#isLong()].
  public long longValue() {
    return small;
  }

  /// Whether the value has no fraction.
  public boolean isInteger() {
    return big == null || big.scale() <= 0;
  }

  /// The value as an `int`, if it is one.
  public Optional<Integer> asInt() {
    return big == null && small == (int) small ? Optional.of((int) small) : Optional.empty();
  }

  public BigDecimal toBigDecimal() {
    return big == null ? BigDecimal.valueOf(small) : big;
  }

  /// The value without its fraction, rounded toward zero.
  public BigInteger toBigInteger() {
    return big == null ? BigInteger.valueOf(small) : big.toBigInteger();
  }

  public int signum() {
    return big == null ? Long.signum(small) : big.signum();
  }

  public NumberValue plus(NumberValue other) {
    if (big == null && other.big == null) {
      long sum = small + other.small;
      if (((small ^ sum) & (other.small ^ sum)) >= 0) {
        return of(sum);
      }
    }
    return of(toBigDecimal().add(other.toBigDecimal()));
  }

  public NumberValue minus(NumberValue other) {
    if (big == null && other.big == null) {
      long difference = small - other.small;
      if (((small ^ other.small) & (small ^ difference)) >= 0) {
        return of(difference);
      }
    }
    return of(toBigDecimal().subtract(other.toBigDecimal()));
  }

  public NumberValue times(NumberValue other) {
    if (big == null && other.big == null) {
      long high = Math.multiplyHigh(small, other.small);
      long low = small * other.small;
      if (high == low >> 63) {
        return of(low);
      }
    }
    return of(toBigDecimal().multiply(other.toBigDecimal()));
  }

  /// @throws ArithmeticException if `other` is zero
  public NumberValue dividedBy(NumberValue other) {
    if (other.signum() == 0) {
      throw new ArithmeticException("divide by zero");
    }
    if (big == null && other.big == null && other.small != -1 && small % other.small == 0) {
      return of(small / other.small);
    }
    BigDecimal dividend = toBigDecimal();
    BigDecimal divisor = other.toBigDecimal();
    if (isInteger() && other.isInteger()) {
      BigInteger[] parts = dividend.toBigInteger().divideAndRemainder(divisor.toBigInteger());
      if (parts[1].signum() == 0) {
        return of(parts[0]);
      }
    }
    return of(dividend.divide(divisor, QUOTIENT));
  }

  /// The remainder of integers, with the sign of this one.
  ///
  /// @throws ArithmeticException if `other` is zero or one of them has a fraction
  public NumberValue remainder(NumberValue other) {
    if (other.signum() == 0) {
      throw new ArithmeticException("modulo by zero");
    }
    if (big == null && other.big == null) {
      return of(small % other.small);
    }
    if (!isInteger() || !other.isInteger()) {
      throw new ArithmeticException("modulo on floating-point number");
    }
    return of(toBigInteger().remainder(other.toBigInteger()));
  }

  @Override
  public int rank() {
    return 2;
  }

  @Override
  public String typeName() {
    return "number";
  }

  @Override
  public int compareSameKind(Value other) {
    NumberValue number = (NumberValue) other;
    if (big == null && number.big == null) {
      return Long.compare(small, number.small);
    }
    return toBigDecimal().compareTo(number.toBigDecimal());
  }

  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof NumberValue number) || small != number.small) {
      return false;
    }
    return big == null ? number.big == null : big.equals(number.big);
  }

  @Override
  public int hashCode() {
    return big == null ? Long.hashCode(small) * 0x9E3779B9 : big.hashCode();
  }

  @Override
  public void write(StringBuilder out) {
    if (big == null) {
      out.append(small);
    } else {
      out.append(this);
    }
  }

  /// The decimal text; with an exponent only where it would be long without.
  @Override
  public String toString() {
    if (big == null) {
      return Long.toString(small);
    }
    int magnitude = big.precision() - big.scale();
    if (magnitude > MAX_PLAIN && big.scale() < 0 || magnitude < -6) {
      return big.toString().replace('E', 'e');
    }
    return big.toPlainString();
  }
}
