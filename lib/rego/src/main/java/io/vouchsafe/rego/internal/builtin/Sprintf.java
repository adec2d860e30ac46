package io.vouchsafe.rego.internal.builtin;

import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.Budget;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// `sprintf` with the verbs, flags and error texts of Go's `fmt`, which policies were written for.
/// Whole numbers are integers, other numbers floating point, text is text, everything else is the
/// text that `%v` shows.
final class Sprintf {
  private static final int MAX_WIDTH = 1_000_000;
  private static final int MAX_PRECISION = 1_000;

  private final Budget budget;
  private final String format;
  private final List<Value> arguments;
  private final StringBuilder out = new StringBuilder();
  private int at;
  private int next;
  private boolean reordered;

  // The verb at hand.
  private boolean minus;
  private boolean plus;
  private boolean sharp;
  private boolean space;
  private boolean zero;
  private int width;
  private int precision;

  Sprintf(Budget budget, String format, List<Value> arguments) {
    this.budget = budget;
    this.format = format;
    this.arguments = arguments;
  }

  String format() {
    while (at < format.length()) {
      char c = format.charAt(at++);
      if (c == '%') {
        verb();
      } else {
        out.append(c);
      }
    }
    if (!reordered && next < arguments.size()) {
      extra();
    }
    return out.toString();
  }

  private void extra() {
    out.append("%!(EXTRA ");
    for (int i = next; i < arguments.size(); i++) {
      out.append(i == next ? "" : ", ");
      Value value = arguments.get(i);
      out.append(typeName(value)).append('=').append(plain(value));
    }
    out.append(')');
  }

  private void verb() {
    flags();
    argumentIndex();
    width = number();
    if (width < 0 && at < format.length() && format.charAt(at) == '*') {
      at++;
      width = starred();
      if (width < 0) {
        minus = true;
        width = -width;
      }
    }
    precision = -1;
    if (at < format.length() && format.charAt(at) == '.') {
      at++;
      argumentIndex();
      if (at < format.length() && format.charAt(at) == '*') {
        at++;
        precision = starred();
      } else {
        precision = Math.max(0, number());
      }
      precision = Math.min(precision, MAX_PRECISION);
    }
    argumentIndex();
    if (at >= format.length()) {
      out.append("%!(NOVERB)");
      return;
    }
    int verb = format.codePointAt(at);
    at += Character.charCount(verb);
    if (verb == '%') {
      out.append('%');
    } else if (next >= arguments.size() || next < 0) {
      out.append("%!").appendCodePoint(verb).append(next < 0 ? "(BADINDEX)" : "(MISSING)");
    } else {
      print(verb, arguments.get(next++));
    }
  }

  private void flags() {
    minus = false;
    plus = false;
    sharp = false;
    space = false;
    zero = false;
    for (; at < format.length(); at++) {
      switch (format.charAt(at)) {
        case '-' -> minus = true;
        case '+' -> plus = true;
        case '#' -> sharp = true;
        case ' ' -> space = true;
        case '0' -> zero = true;
        default -> {
          return;
        }
      }
    }
  }

  /// `[3]` before a verb names the third argument.
  private void argumentIndex() {
    if (at >= format.length() || format.charAt(at) != '[') {
      return;
    }
    int end = format.indexOf(']', at);
    if (end < 0) {
      return;
    }
    String text = format.substring(at + 1, end);
    reordered = true;
    at = end + 1;
    boolean digits = !text.isEmpty() && text.length() < 7 && text.chars().allMatch(Sprintf::digit);
    int index = digits ? Integer.parseInt(text) : 0;
    next = index >= 1 && index <= arguments.size() ? index - 1 : -1;
  }

  private static boolean digit(int c) {
    return c >= '0' && c <= '9';
  }

  private int number() {
    int from = at;
    int value = 0;
    while (at < format.length() && digit(format.charAt(at))) {
      value = Math.min(value * 10 + format.charAt(at) - '0', MAX_WIDTH);
      at++;
    }
    return at == from ? -1 : value;
  }

  private int starred() {
    if (next < arguments.size()
        && next >= 0
        && arguments.get(next++) instanceof NumberValue number
        && number.asInt().isPresent()) {
      return Math.clamp(number.asInt().get(), -MAX_WIDTH, MAX_WIDTH);
    }
    out.append("%!(BADWIDTH)");
    return -1;
  }

  private void print(int verb, Value value) {
    String text =
        switch (value) {
          case NumberValue number when number.isInteger() -> integer(verb, number.toBigInteger());
          case NumberValue number -> real(verb, number.toBigDecimal());
          case StringValue string -> text(verb, string.text());
          default -> text(verb, plain(value));
        };
    if (text == null) {
      out.append("%!").appendCodePoint(verb).append('(');
      out.append(typeName(value)).append('=').append(plain(value)).append(')');
    } else {
      pad(text, value instanceof NumberValue && verb != 'c' && verb != 'q');
    }
  }

  private static String typeName(Value value) {
    return value instanceof NumberValue number ? number.isInteger() ? "int" : "float64" : "string";
  }

  private static String plain(Value value) {
    return value instanceof StringValue string ? string.text() : value.toString();
  }

  private void pad(String text, boolean number) {
    int missing = width - text.codePointCount(0, text.length());
    budget.characters(text.length() + Math.max(0, missing));
    if (missing <= 0) {
      out.append(text);
    } else if (minus) {
      out.append(text).repeat(' ', missing);
    } else if (zero && number) {
      int sign = !text.isEmpty() && "+- ".indexOf(text.charAt(0)) >= 0 ? 1 : 0;
      out.append(text, 0, sign).repeat('0', missing).append(text, sign, text.length());
    } else {
      out.repeat(zero ? '0' : ' ', missing).append(text);
    }
  }

  private @Nullable String text(int verb, String text) {
    String cut =
        precision >= 0 && precision < text.codePointCount(0, text.length())
            ? text.substring(0, text.offsetByCodePoints(0, precision))
            : text;
    return switch (verb) {
      case 'v', 's' -> sharp && verb == 'v' ? quoted(cut) : cut;
      case 'q' -> quoted(cut);
      case 'x' -> io.vouchsafe.encoding.Bytes.utf8(cut).hex();
      case 'X' -> io.vouchsafe.encoding.Bytes.utf8(cut).hex().toUpperCase(Locale.ROOT);
      case 'T' -> "string";
      default -> null;
    };
  }

  private static String quoted(String text) {
    return StringValue.of(text).toString();
  }

  private @Nullable String integer(int verb, BigInteger value) {
    return switch (verb) {
      case 'v', 'd' -> whole(value, 10, "");
      case 'b' -> whole(value, 2, sharp ? "0b" : "");
      case 'o' -> whole(value, 8, sharp ? "0" : "");
      case 'O' -> whole(value, 8, "0o");
      case 'x' -> whole(value, 16, sharp ? "0x" : "");
      case 'X' -> whole(value, 16, sharp ? "0X" : "").toUpperCase(Locale.ROOT);
      case 'c' -> codePoint(value);
      case 'q' -> "'" + codePoint(value) + "'";
      case 'U' -> String.format(Locale.ROOT, "U+%04X", value);
      case 'T' -> "int";
      case 's' -> value.bitLength() >= Long.SIZE ? whole(value, 10, "") : null;
      case 'e', 'E', 'f', 'F', 'g', 'G' -> real(verb, new BigDecimal(value));
      default -> null;
    };
  }

  private static String codePoint(BigInteger value) {
    int point = value.bitLength() < 31 ? value.intValue() : -1;
    return Character.isValidCodePoint(point) ? Character.toString(point) : "\uFFFD";
  }

  private String whole(BigInteger value, int base, String prefix) {
    String digits = value.abs().toString(base);
    if (precision > digits.length()) {
      digits = "0".repeat(precision - digits.length()) + digits;
    }
    return sign(value.signum() < 0) + prefix + digits;
  }

  private String sign(boolean negative) {
    if (negative) {
      return "-";
    }
    return plus ? "+" : space ? " " : "";
  }

  private @Nullable String real(int verb, BigDecimal value) {
    BigDecimal size = value.abs();
    String digits =
        switch (verb) {
          case 'f', 'F' ->
              size.setScale(precision < 0 ? 6 : precision, RoundingMode.HALF_EVEN).toPlainString();
          case 'e', 'E' -> exponent(size, precision < 0 ? 6 : precision, verb);
          case 'v', 'g', 'G' -> general(size, verb);
          case 'T' -> null;
          default -> null;
        };
    if (verb == 'T') {
      return "float64";
    }
    return digits == null ? null : sign(value.signum() < 0) + digits;
  }

  private static String exponent(BigDecimal value, int fraction, int verb) {
    BigDecimal rounded = value.round(new MathContext(fraction + 1, RoundingMode.HALF_EVEN));
    String digits = rounded.unscaledValue().toString();
    int power = rounded.signum() == 0 ? 0 : digits.length() - 1 - rounded.scale();
    StringBuilder text = new StringBuilder(digits);
    while (text.length() < fraction + 1) {
      text.append('0');
    }
    text.setLength(fraction + 1);
    if (fraction > 0) {
      text.insert(1, '.');
    }
    text.append(verb == 'E' || verb == 'G' ? 'E' : 'e').append(power < 0 ? '-' : '+');
    return text.append(Math.abs(power) < 10 ? "0" : "").append(Math.abs(power)).toString();
  }

  /// The shortest form that is the same double, with an exponent from 1e21 on and below 1e-4.
  private String general(BigDecimal value, int verb) {
    BigDecimal exact =
        precision < 0
            ? new BigDecimal(Double.toString(value.doubleValue()))
            : value.round(new MathContext(Math.max(1, precision), RoundingMode.HALF_EVEN));
    BigDecimal bare = exact.stripTrailingZeros();
    int power = bare.precision() - 1 - bare.scale();
    int most = precision < 0 ? 21 : Math.max(1, precision);
    if (bare.signum() != 0 && (power < -4 || power >= most)) {
      return exponent(bare, Math.max(0, bare.precision() - 1), verb);
    }
    return bare.toPlainString();
  }
}
