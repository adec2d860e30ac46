package io.vouchsafe.rego.internal.builtin;

import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.Budget;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
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
  private final int lastBracket;
  private final StringBuilder out = new StringBuilder();
  private int at;
  private int next;
  private boolean reordered;
  private boolean badIndex;

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
    this.lastBracket = format.lastIndexOf(']');
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
    badIndex = false;
    flags();
    argumentIndex();
    width = number();
    if (width < 0 && at < format.length() && format.charAt(at) == '*') {
      at++;
      width = starred("WIDTH");
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
        precision = starred("PREC");
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
    } else if (badIndex || next >= arguments.size()) {
      out.append("%!").appendCodePoint(verb).append(badIndex ? "(BADINDEX)" : "(MISSING)");
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
    // Looked up once: each of many brackets would look through the rest of the text.
    int end = at > lastBracket ? -1 : format.indexOf(']', at);
    if (end < 0) {
      return;
    }
    String text = format.substring(at + 1, end);
    reordered = true;
    at = end + 1;
    boolean digits = !text.isEmpty() && text.length() < 7 && text.chars().allMatch(Sprintf::digit);
    int index = digits ? Integer.parseInt(text) : 0;
    badIndex = index < 1 || index > arguments.size();
    next = badIndex ? next : index - 1;
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

  private int starred(String what) {
    if (next < arguments.size()
        && arguments.get(next++) instanceof NumberValue number
        && number.asInt().isPresent()) {
      return Math.clamp(number.asInt().get(), -MAX_WIDTH, MAX_WIDTH);
    }
    out.append("%!(BAD").append(what).append(')');
    return -1;
  }

  private void print(int verb, Value value) {
    String text = shown(verb, value);
    boolean number = value instanceof NumberValue && verb != 'c' && verb != 'q';
    if (text != null) {
      pad(text, number);
      return;
    }
    // A verb of another kind of value: the value is shown as %v does, with the same flags.
    out.append("%!").appendCodePoint(verb).append('(');
    out.append(typeName(value).replace("*", "")).append('=');
    sharp = false;
    pad(String.valueOf(shown('v', value)), number);
    out.append(')');
  }

  private @Nullable String shown(int verb, Value value) {
    return switch (value) {
      case NumberValue number when number.isInteger() -> integer(verb, number.toBigInteger());
      case NumberValue number -> real(verb, number.toBigDecimal());
      case StringValue string -> text(verb, string.text());
      default -> text(verb, plain(value));
    };
  }

  private static String typeName(Value value) {
    if (!(value instanceof NumberValue number)) {
      return "string";
    }
    return !number.isInteger() ? "float64" : number.isLong() ? "int64" : "*big.Int";
  }

  private String plain(Value value) {
    return value instanceof StringValue string ? string.text() : budget.text(value);
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
      case 'x' -> hex(cut);
      case 'X' -> hex(cut).toUpperCase(Locale.ROOT);
      case 'T' -> "string";
      default -> null;
    };
  }

  private String hex(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (space) {
      return HexFormat.ofDelimiter(" ").withPrefix(sharp ? "0x" : "").formatHex(bytes);
    }
    return (sharp && bytes.length > 0 ? "0x" : "") + HexFormat.of().formatHex(bytes);
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
      case 'T' -> value.bitLength() >= Long.SIZE ? "*big.Int" : "int64";
      case 's' -> value.bitLength() >= Long.SIZE ? whole(value, 10, "") : null;
      case 'c' -> value.bitLength() >= Long.SIZE ? null : codePoint(value);
      case 'q' -> value.bitLength() >= Long.SIZE ? null : "'" + codePoint(value) + "'";
      case 'U' ->
          value.bitLength() >= Long.SIZE ? null : String.format(Locale.ROOT, "U+%04X", value);
      // A whole number may have been written with a fraction.
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
          case 'x', 'X' -> precision < 0 ? hexadecimal(size, verb) : null;
          default -> null;
        };
    if (verb == 'T') {
      return "float64";
    }
    return digits == null ? null : sign(value.signum() < 0) + digits;
  }

  /// Of the nearest double, with at least two digits of exponent.
  private static String hexadecimal(BigDecimal value, int verb) {
    String text = Double.toHexString(value.doubleValue()).replace(".0p", "p");
    int power = text.indexOf('p') + 1;
    int exponent = Integer.parseInt(text.substring(power));
    String shown =
        text.substring(0, power)
            + (exponent < 0 ? '-' : '+')
            + (Math.abs(exponent) < 10 ? "0" : "")
            + Math.abs(exponent);
    return verb == 'X' ? shown.toUpperCase(Locale.ROOT) : shown;
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
