package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.ANY;
import static io.vouchsafe.rego.internal.builtin.Type.BOOLEAN;
import static io.vouchsafe.rego.internal.builtin.Type.NUMBER;
import static io.vouchsafe.rego.internal.builtin.Type.STRING;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.BooleanValue;
import io.vouchsafe.rego.NullValue;
import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.SetValue;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What kind of value something is, and turning one into another.
final class Types {
  private static final List<Type> ONE = List.of(ANY);
  private static final Set<String> NO_NUMBERS = Set.of("nan", "inf", "infinity");

  private Types() {}

  static void register(Family family) {
    is(family, "is_null", NullValue.class);
    is(family, "is_boolean", BooleanValue.class);
    is(family, "is_number", NumberValue.class);
    is(family, "is_string", StringValue.class);
    is(family, "is_array", ArrayValue.class);
    is(family, "is_object", ObjectValue.class);
    is(family, "is_set", SetValue.class);
    family
        .function("type_name", ONE, STRING, in -> StringValue.of(in.value(0).typeName()))
        .function("to_number", ONE, NUMBER, Types::toNumber)
        .function("cast_array", ONE, Type.ARRAY, in -> ArrayValue.of(in.items(0)))
        .function("cast_set", ONE, Type.SET, in -> SetValue.of(in.items(0)))
        .function("cast_string", ONE, STRING, in -> StringValue.of(in.string(0)))
        .function("cast_boolean", ONE, BOOLEAN, in -> BooleanValue.of(in.bool(0)))
        .function("cast_object", ONE, Type.OBJECT, in -> in.object(0))
        .function("cast_null", ONE, Type.NULL, Types::castNull);
  }

  private static void is(Family family, String name, Class<? extends Value> kind) {
    family.function(name, ONE, BOOLEAN, in -> BooleanValue.of(kind.isInstance(in.value(0))));
  }

  private static Value castNull(Operands in) throws BuiltinException {
    if (in.value(0) instanceof NullValue) {
      return in.value(0);
    }
    throw in.wrong(0, "null");
  }

  private static Value toNumber(Operands in) throws BuiltinException {
    return switch (in.value(0)) {
      case NullValue _ -> NumberValue.of(0);
      case BooleanValue bool -> NumberValue.of(bool.value() ? 1 : 0);
      case NumberValue number -> number;
      case StringValue text -> {
        if (NO_NUMBERS.contains(text.text().replaceFirst("^[+-]", "").toLowerCase(Locale.ROOT))) {
          throw BuiltinException.operand(0, "must be a number, not " + text.text());
        }
        if (!isNumber(text.text())) {
          throw BuiltinException.failed("invalid syntax");
        }
        try {
          yield NumberValue.parse(text.text());
        } catch (ArithmeticException | NumberFormatException _) {
          throw BuiltinException.failed("invalid syntax");
        }
      }
      default -> throw in.wrong(0, "null", "boolean", "number", "string");
    };
  }

  /// `-?digits(.digits)?(e±digits)?`; unlike in JSON, zeros may lead.
  static boolean isNumber(String text) {
    int at = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    int digits = digits(text, at);
    if (digits == at) {
      return false;
    }
    at = digits;
    if (at < text.length() && text.charAt(at) == '.') {
      int fraction = digits(text, at + 1);
      if (fraction == at + 1) {
        return false;
      }
      at = fraction;
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
        at++;
      }
      int exponent = digits(text, at);
      if (exponent == at) {
        return false;
      }
      at = exponent;
    }
    return at == text.length();
  }

  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }
}
