package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.NUMBER;
import static io.vouchsafe.rego.internal.builtin.Type.STRING;

import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.Value;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// `units.*`: numbers with a unit behind them.
final class Units {
  private static final int MAX_TEXT = 256;

  private static final Map<String, BigDecimal> BYTES =
      Map.ofEntries(
          Map.entry("", BigDecimal.ONE),
          Map.entry("k", power(1000, 1)),
          Map.entry("ki", power(1024, 1)),
          Map.entry("m", power(1000, 2)),
          Map.entry("mi", power(1024, 2)),
          Map.entry("g", power(1000, 3)),
          Map.entry("gi", power(1024, 3)),
          Map.entry("t", power(1000, 4)),
          Map.entry("ti", power(1024, 4)),
          Map.entry("p", power(1000, 5)),
          Map.entry("pi", power(1024, 5)),
          Map.entry("e", power(1000, 6)),
          Map.entry("ei", power(1024, 6)));

  private Units() {}

  static void register(Family family) {
    family
        .function("units.parse", List.of(STRING), NUMBER, Units::parse)
        .function("units.parse_bytes", List.of(STRING), NUMBER, Units::parseBytes);
  }

  private static BigDecimal power(int base, int exponent) {
    return BigDecimal.valueOf(base).pow(exponent);
  }

  /// A number and what stands behind it.
  private record Amount(BigDecimal number, String unit) {

    static Amount parse(String function, String text) throws BuiltinException {
      String bare = text.replace("\"", "");
      if (bare.isEmpty()) {
        throw BuiltinException.failed(function + ": no amount provided");
      }
      if (bare.length() > MAX_TEXT) {
        throw BuiltinException.failed(function + ": more than " + MAX_TEXT + " characters");
      }
      if (bare.contains(" ")) {
        throw BuiltinException.failed(function + ": spaces not allowed in resource strings");
      }
      int end = end(bare);
      String digits = bare.substring(0, end);
      if (digits.isEmpty()) {
        throw BuiltinException.failed(function + ": no amount provided");
      }
      try {
        return new Amount(new BigDecimal(digits), bare.substring(end));
      } catch (NumberFormatException _) {
        throw BuiltinException.failed(function + ": could not parse amount to a number");
      }
    }

    /// An `e` belongs to the number if digits follow it, else to the unit.
    private static int end(String text) {
      int at = 0;
      while (at < text.length()) {
        char c = text.charAt(at);
        boolean exponent =
            (c == 'e' || c == 'E')
                && at > 0
                && at + 1 < text.length()
                && (digit(text.charAt(at + 1))
                    || (text.charAt(at + 1) == '-' || text.charAt(at + 1) == '+')
                        && at + 2 < text.length()
                        && digit(text.charAt(at + 2)));
        if (exponent) {
          at += digit(text.charAt(at + 1)) ? 1 : 2;
        } else if (digit(c) || c == '.' || at == 0 && (c == '-' || c == '+')) {
          at++;
        } else {
          break;
        }
      }
      return at;
    }

    private static boolean digit(char c) {
      return c >= '0' && c <= '9';
    }
  }

  /// Large units are of either case; `m` is a thousandth and `M` a million.
  private static Value parse(Operands in) throws BuiltinException {
    Amount amount = Amount.parse("units.parse", in.string(0));
    String unit = amount.unit();
    if (unit.equals("m")) {
      return value(amount.number().movePointLeft(3));
    }
    BigDecimal factor = BYTES.get(unit.toLowerCase(Locale.ROOT));
    if (factor == null) {
      throw BuiltinException.failed("units.parse: unit " + unit + " not recognized");
    }
    return value(amount.number().multiply(factor));
  }

  /// As of bytes: any case, with or without a `b` at the end; whole bytes.
  private static Value parseBytes(Operands in) throws BuiltinException {
    Amount amount = Amount.parse("units.parse_bytes", in.string(0));
    String unit = amount.unit().toLowerCase(Locale.ROOT);
    boolean bytes = unit.length() > 1 && unit.endsWith("b");
    BigDecimal factor = BYTES.get(bytes ? unit.substring(0, unit.length() - 1) : unit);
    if (factor == null) {
      throw BuiltinException.failed("units.parse_bytes: byte unit " + unit + " not recognized");
    }
    return value(new BigDecimal(value(amount.number().multiply(factor)).toBigInteger()));
  }

  private static NumberValue value(BigDecimal number) throws BuiltinException {
    try {
      return NumberValue.of(number);
    } catch (ArithmeticException _) {
      throw BuiltinException.failed("units: number out of range");
    }
  }
}
