package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.ANY;
import static io.vouchsafe.rego.internal.builtin.Type.ARRAY;
import static io.vouchsafe.rego.internal.builtin.Type.NUMBER;
import static io.vouchsafe.rego.internal.builtin.Type.STRING;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneRulesProvider;
import java.util.List;
import java.util.Map;

/// `time.*`: instants are nanoseconds since 1970 that fit 64 bits.
final class Times {
  private static final long SECOND = 1_000_000_000L;
  private static final Type INSTANT = Type.oneOf(NUMBER, ARRAY);
  private static final String NANOS = "2006-01-02T15:04:05.999999999Z07:00";

  private static final Map<String, Long> DURATION_UNITS =
      Map.ofEntries(
          Map.entry("ns", 1L),
          Map.entry("us", 1_000L),
          Map.entry("µs", 1_000L),
          Map.entry("μs", 1_000L),
          Map.entry("ms", 1_000_000L),
          Map.entry("s", SECOND),
          Map.entry("m", 60 * SECOND),
          Map.entry("h", 3_600 * SECOND),
          Map.entry("d", 24 * 3_600 * SECOND),
          Map.entry("w", 7 * 24 * 3_600 * SECOND),
          Map.entry("y", 365 * 24 * 3_600 * SECOND));

  /// Zones of the database that Java knows only by their offsets.
  private static final Map<String, String> FIXED_ZONES =
      Map.of("EST", "-05:00", "MST", "-07:00", "HST", "-10:00");

  private Times() {}

  static void register(Family family) {
    Type numbers = Type.arrayOf(NUMBER);
    List<Type> one = List.of(INSTANT);
    family
        .function("time.now_ns", List.of(), NUMBER, in -> nanos(in.session().now()))
        .function("time.parse_ns", List.of(STRING, STRING), NUMBER, Times::parse)
        .function("time.parse_rfc3339_ns", List.of(STRING), NUMBER, Times::parseRfc3339)
        .function("time.parse_duration_ns", List.of(STRING), NUMBER, Times::parseDuration)
        .function("time.format", one, STRING, Times::format)
        .function("time.date", one, numbers, in -> date(zoned(in, 0)))
        .function("time.clock", one, numbers, in -> clock(zoned(in, 0)))
        .function("time.weekday", one, STRING, Times::weekday)
        .function("time.add_date", List.of(ANY, NUMBER, NUMBER, NUMBER), NUMBER, Times::addDate)
        .function("time.diff", List.of(INSTANT, INSTANT), numbers, Times::diff);
  }

  private static NumberValue nanos(Instant instant) throws BuiltinException {
    try {
      return NumberValue.of(
          Math.addExact(
              Math.multiplyExact(instant.getEpochSecond(), SECOND), (long) instant.getNano()));
    } catch (ArithmeticException _) {
      throw BuiltinException.failed("time outside of valid range");
    }
  }

  private static Value parse(Operands in) throws BuiltinException {
    return nanos(new GoLayout(GoLayout.named(in.string(0))).parse(in.string(1)));
  }

  private static Value parseRfc3339(Operands in) throws BuiltinException {
    return nanos(new GoLayout(GoLayout.RFC3339).parse(in.string(0)));
  }

  /// `-1h15m30.918s` in Go's form.
  private static Value parseDuration(Operands in) throws BuiltinException {
    String text = in.string(0);
    BuiltinException invalid = BuiltinException.failed("time: invalid duration \"" + text + "\"");
    boolean negative = text.startsWith("-");
    int at = negative || text.startsWith("+") ? 1 : 0;
    if (text.length() > 64 || at == text.length()) {
      throw invalid;
    }
    if (text.substring(at).equals("0")) {
      return NumberValue.of(0);
    }
    BigDecimal sum = BigDecimal.ZERO;
    while (at < text.length()) {
      int from = at;
      while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
        at++;
      }
      int unit = at;
      while (at < text.length() && !Character.isDigit(text.charAt(at)) && text.charAt(at) != '.') {
        at++;
      }
      Long size = DURATION_UNITS.get(text.substring(unit, at));
      if (unit == from || size == null) {
        throw invalid;
      }
      try {
        String number = text.substring(from, unit);
        sum =
            sum.add(
                new BigDecimal(number.equals(".") ? "x" : number)
                    .multiply(BigDecimal.valueOf(size)));
      } catch (NumberFormatException _) {
        throw invalid;
      }
    }
    BigDecimal signed = negative ? sum.negate() : sum;
    if (signed.toBigInteger().bitLength() > 63) {
      throw invalid;
    }
    return NumberValue.of(signed.longValue());
  }

  /// An instant, alone or in an array with the name of a time zone.
  private static ZonedDateTime zoned(Operands in, int operand) throws BuiltinException {
    if (in.value(operand) instanceof ArrayValue array) {
      if (array.size() == 0 || !(array.get(0) instanceof NumberValue number)) {
        throw BuiltinException.operand(
            operand, "must be array of number and string, beginning with the number");
      }
      if (array.size() == 1) {
        return instant(operand, number).atZone(ZoneOffset.UTC);
      }
      if (!(array.get(1) instanceof StringValue zone)) {
        throw BuiltinException.operand(
            operand, "must be array of number and string but got " + array.get(1).typeName());
      }
      return instant(operand, number).atZone(zone(zone.text()));
    }
    return instant(operand, in.number(operand)).atZone(ZoneOffset.UTC);
  }

  private static ZoneId zone(String name) throws BuiltinException {
    if (name.isEmpty() || name.equals("UTC")) {
      return ZoneOffset.UTC;
    }
    try {
      String known = FIXED_ZONES.getOrDefault(name, name);
      if (known.equals(name) && !ZoneRulesProvider.getAvailableZoneIds().contains(name)) {
        throw new DateTimeException("no zone of the database");
      }
      return ZoneId.of(known);
    } catch (DateTimeException _) {
      throw BuiltinException.failed("unknown time zone " + name);
    }
  }

  private static Instant instant(int operand, NumberValue number) throws BuiltinException {
    if (!number.isInteger()) {
      throw BuiltinException.operand(operand, "timestamp must be an integer");
    }
    if (!number.isLong()) {
      throw BuiltinException.failed("timestamp too big");
    }
    long value = number.longValue();
    return Instant.ofEpochSecond(Math.floorDiv(value, SECOND), Math.floorMod(value, SECOND));
  }

  private static Value format(Operands in) throws BuiltinException {
    String layout = NANOS;
    if (in.value(0) instanceof ArrayValue array && array.size() > 2) {
      if (!(array.get(2) instanceof StringValue text)) {
        throw BuiltinException.operand(0, "must have a string as layout");
      }
      layout = text.text().isEmpty() ? NANOS : GoLayout.named(text.text());
    }
    return Strings.text(in, new GoLayout(layout).format(zoned(in, 0)));
  }

  private static Value numbers(long... numbers) {
    Value[] values = new Value[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      values[i] = NumberValue.of(numbers[i]);
    }
    return ArrayValue.of(values);
  }

  private static Value date(ZonedDateTime time) {
    return numbers(time.getYear(), time.getMonthValue(), time.getDayOfMonth());
  }

  private static Value clock(ZonedDateTime time) {
    return numbers(time.getHour(), time.getMinute(), time.getSecond());
  }

  private static Value weekday(Operands in) throws BuiltinException {
    return StringValue.of(GoLayout.DAYS.get(zoned(in, 0).getDayOfWeek().getValue() % 7));
  }

  /// Days beyond the end of a month run into the next one.
  private static Value addDate(Operands in) throws BuiltinException {
    ZonedDateTime time = zoned(in, 0);
    long months =
        (time.getYear() + (long) in.clampedInt(1)) * 12
            + time.getMonthValue()
            - 1
            + in.clampedInt(2);
    try {
      LocalDateTime moved =
          LocalDateTime.of(
                  Math.toIntExact(Math.floorDiv(months, 12L)),
                  Math.floorMod(months, 12) + 1,
                  1,
                  time.getHour(),
                  time.getMinute(),
                  time.getSecond(),
                  time.getNano())
              .plusDays(time.getDayOfMonth() - 1L + in.clampedInt(3));
      return nanos(moved.atZone(time.getZone()).toInstant());
    } catch (DateTimeException | ArithmeticException _) {
      throw BuiltinException.failed("time outside of valid range");
    }
  }

  /// Years, months, days, hours, minutes and seconds between two instants, in the zone of the
  /// first.
  private static Value diff(Operands in) throws BuiltinException {
    ZonedDateTime a = zoned(in, 0);
    ZonedDateTime b = zoned(in, 1).withZoneSameInstant(a.getZone());
    LocalDateTime from = (a.isBefore(b) ? a : b).toLocalDateTime();
    LocalDateTime to = (a.isBefore(b) ? b : a).toLocalDateTime();
    long[] parts = {
      to.getYear() - from.getYear(),
      to.getMonthValue() - from.getMonthValue(),
      to.getDayOfMonth() - from.getDayOfMonth(),
      to.getHour() - from.getHour(),
      to.getMinute() - from.getMinute(),
      to.getSecond() - from.getSecond()
    };
    long[] carries = {
      0, 12, from.toLocalDate().lengthOfMonth(), 24, 60, 60,
    };
    for (int i = parts.length - 1; i > 0; i--) {
      if (parts[i] < 0) {
        parts[i] += carries[i];
        parts[i - 1]--;
      }
    }
    return numbers(parts);
  }
}
