package io.vouchsafe.rego.internal.builtin;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A layout of Go's `time` package: the reference time Mon Jan 2 15:04:05 MST 2006, written as the
/// text is to look.
final class GoLayout {
  static final String RFC3339 = "2006-01-02T15:04:05Z07:00";
  static final List<String> DAYS =
      List.of("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday");

  private static final List<String> MONTHS =
      List.of(
          "January",
          "February",
          "March",
          "April",
          "May",
          "June",
          "July",
          "August",
          "September",
          "October",
          "November",
          "December");

  private static final Map<String, String> NAMED =
      Map.ofEntries(
          Map.entry("ANSIC", "Mon Jan _2 15:04:05 2006"),
          Map.entry("UnixDate", "Mon Jan _2 15:04:05 MST 2006"),
          Map.entry("RubyDate", "Mon Jan 02 15:04:05 -0700 2006"),
          Map.entry("RFC822", "02 Jan 06 15:04 MST"),
          Map.entry("RFC822Z", "02 Jan 06 15:04 -0700"),
          Map.entry("RFC850", "Monday, 02-Jan-06 15:04:05 MST"),
          Map.entry("RFC1123", "Mon, 02 Jan 2006 15:04:05 MST"),
          Map.entry("RFC1123Z", "Mon, 02 Jan 2006 15:04:05 -0700"),
          Map.entry("RFC3339", RFC3339),
          Map.entry("RFC3339Nano", "2006-01-02T15:04:05.999999999Z07:00"));

  /// Longest first where one begins another.
  private static final List<String> TOKENS =
      List.of(
          "January",
          "Jan",
          "Monday",
          "Mon",
          "MST",
          "2006",
          "__2",
          "002",
          "-07:00:00",
          "-070000",
          "-07:00",
          "-0700",
          "-07",
          "Z07:00:00",
          "Z070000",
          "Z07:00",
          "Z0700",
          "Z07",
          "PM",
          "pm",
          "_2",
          "01",
          "02",
          "03",
          "04",
          "05",
          "06",
          "15",
          "1",
          "2",
          "3",
          "4",
          "5");

  private final String layout;

  GoLayout(String layout) {
    this.layout = layout;
  }

  /// The layout that Go has a name for, else the text itself.
  static String named(String name) {
    return NAMED.getOrDefault(name, name);
  }

  /// Parts of the layout: tokens, fractions (`.000`, `,999`) and what stands for itself.
  private List<String> parts() {
    List<String> parts = new ArrayList<>();
    int at = 0;
    while (at < layout.length()) {
      String part = part(at, !parts.isEmpty() && parts.getLast().equals("05"));
      parts.add(part);
      at += part.length();
    }
    return parts;
  }

  private String part(int at, boolean afterSeconds) {
    char c = layout.charAt(at);
    if ((c == '.' || c == ',')
        && at + 1 < layout.length()
        && (layout.charAt(at + 1) == '0' || layout.charAt(at + 1) == '9')) {
      char digit = layout.charAt(at + 1);
      int end = at + 1;
      while (end < layout.length() && layout.charAt(end) == digit) {
        end++;
      }
      boolean digits = end < layout.length() && Character.isDigit(layout.charAt(end));
      if (!digits && (afterSeconds || digit == '0' || digit == '9')) {
        return layout.substring(at, end);
      }
    }
    for (String token : TOKENS) {
      if (layout.startsWith(token, at)) {
        boolean word =
            token.equals("Jan")
                && at + 3 < layout.length()
                && Character.isLowerCase(layout.charAt(at + 3));
        if (!word) {
          return token;
        }
      }
    }
    return String.valueOf(c);
  }

  private static boolean fraction(String part) {
    return part.length() > 1 && (part.charAt(0) == '.' || part.charAt(0) == ',');
  }

  String format(ZonedDateTime time) {
    StringBuilder out = new StringBuilder();
    for (String part : parts()) {
      out.append(fraction(part) ? fractionOf(part, time.getNano()) : text(part, time));
    }
    return out.toString();
  }

  private static String fractionOf(String part, int nanos) {
    String digits = String.format(Locale.ROOT, "%09d", nanos);
    String cut = digits.substring(0, Math.min(9, part.length() - 1));
    if (part.charAt(1) == '9') {
      cut = cut.replaceAll("0+$", "");
      return cut.isEmpty() ? "" : part.charAt(0) + cut;
    }
    return part.charAt(0) + cut;
  }

  private static String text(String part, ZonedDateTime time) {
    int twelve = time.getHour() % 12 == 0 ? 12 : time.getHour() % 12;
    return switch (part) {
      case "January" -> MONTHS.get(time.getMonthValue() - 1);
      case "Jan" -> MONTHS.get(time.getMonthValue() - 1).substring(0, 3);
      case "Monday" -> DAYS.get(time.getDayOfWeek().getValue() % 7);
      case "Mon" -> DAYS.get(time.getDayOfWeek().getValue() % 7).substring(0, 3);
      case "MST" -> zoneName(time);
      case "2006" -> padded(time.getYear(), 4, '0');
      case "06" -> padded(Math.floorMod(time.getYear(), 100), 2, '0');
      case "01" -> padded(time.getMonthValue(), 2, '0');
      case "1" -> padded(time.getMonthValue(), 1, '0');
      case "02" -> padded(time.getDayOfMonth(), 2, '0');
      case "_2" -> padded(time.getDayOfMonth(), 2, ' ');
      case "2" -> padded(time.getDayOfMonth(), 1, '0');
      case "002" -> padded(time.getDayOfYear(), 3, '0');
      case "__2" -> padded(time.getDayOfYear(), 3, ' ');
      case "15" -> padded(time.getHour(), 2, '0');
      case "03" -> padded(twelve, 2, '0');
      case "3" -> padded(twelve, 1, '0');
      case "04" -> padded(time.getMinute(), 2, '0');
      case "4" -> padded(time.getMinute(), 1, '0');
      case "05" -> padded(time.getSecond(), 2, '0');
      case "5" -> padded(time.getSecond(), 1, '0');
      case "PM" -> time.getHour() < 12 ? "AM" : "PM";
      case "pm" -> time.getHour() < 12 ? "am" : "pm";
      case "-07",
          "-0700",
          "-07:00",
          "-070000",
          "-07:00:00",
          "Z07",
          "Z0700",
          "Z07:00",
          "Z070000",
          "Z07:00:00" ->
          offset(part, time.getOffset());
      default -> part;
    };
  }

  private static String zoneName(ZonedDateTime time) {
    if (time.getZone() instanceof ZoneOffset offset) {
      return offset.getTotalSeconds() == 0 ? "UTC" : offsetName(offset);
    }
    String name = DateTimeFormatter.ofPattern("zzz", Locale.US).format(time);
    // A zone without a name of its own is called by its offset.
    return name.startsWith("GMT") && name.length() > 3 ? offsetName(time.getOffset()) : name;
  }

  private static String offsetName(ZoneOffset offset) {
    boolean hours = offset.getTotalSeconds() % 3600 == 0;
    return offset(hours ? "-07" : "-0700", offset);
  }

  private static String padded(int value, int width, char fill) {
    String digits = Integer.toString(Math.abs(value));
    String text = String.valueOf(fill).repeat(Math.max(0, width - digits.length())) + digits;
    return value < 0 ? "-" + text : text;
  }

  private static String offset(String part, ZoneOffset offset) {
    int seconds = offset.getTotalSeconds();
    if (part.charAt(0) == 'Z' && seconds == 0) {
      return "Z";
    }
    String between = part.indexOf(':') >= 0 ? ":" : "";
    int size = part.length() - between.length() * (part.length() > 7 ? 2 : 1);
    int absolute = Math.abs(seconds);
    StringBuilder text = new StringBuilder(seconds < 0 ? "-" : "+");
    text.append(padded(absolute / 3600, 2, '0'));
    if (size > 3) {
      text.append(between).append(padded(absolute / 60 % 60, 2, '0'));
    }
    if (size > 5) {
      text.append(between).append(padded(absolute % 60, 2, '0'));
    }
    return text.toString();
  }

  /// Reads a time; what the layout does not have is that of the first second of the year 0, in UTC.
  Instant parse(String text) throws BuiltinException {
    Reading reading = new Reading(text);
    List<String> parts = parts();
    for (int i = 0; i < parts.size(); i++) {
      reading.take(parts.get(i), i + 1 < parts.size() && fraction(parts.get(i + 1)));
    }
    return reading.instant();
  }

  /// What was read so far.
  private final class Reading {
    private final String text;
    private int at;
    private int year;
    private int month = 1;
    private int day = 1;
    private int dayOfYear = -1;
    private int hour;
    private int minute;
    private int second;
    private int nanos;
    private boolean afternoon;
    private boolean twelve;
    private int offset;

    Reading(String text) {
      this.text = text;
    }

    BuiltinException failed() {
      return BuiltinException.failed(
          "parsing time \""
              + text
              + "\" as \""
              + layout
              + "\": cannot parse \""
              + text.substring(Math.min(at, text.length()))
              + "\"");
    }

    void take(String part, boolean fractionFollows) throws BuiltinException {
      if (fraction(part)) {
        takeFraction(part);
        return;
      }
      switch (part) {
        case "January" -> month = 1 + word(MONTHS, false);
        case "Jan" -> month = 1 + word(MONTHS, true);
        case "Monday" -> word(DAYS, false);
        case "Mon" -> word(DAYS, true);
        case "2006" -> year = number(4, 4);
        case "06" -> {
          int two = number(2, 2);
          year = two >= 69 ? 1900 + two : 2000 + two;
        }
        case "01" -> month = number(2, 2);
        case "1" -> month = number(1, 2);
        case "02" -> day = number(2, 2);
        case "_2", "2" -> {
          while (part.equals("_2") && at < text.length() && text.charAt(at) == ' ') {
            at++;
          }
          day = number(1, 2);
        }
        case "002", "__2" -> dayOfYear = number(3, 3);
        case "15" -> hour = number(1, 2);
        case "03" -> hour = twelveHours(number(2, 2));
        case "3" -> hour = twelveHours(number(1, 2));
        case "04" -> minute = number(2, 2);
        case "4" -> minute = number(1, 2);
        case "05", "5" -> {
          second = number(part.length(), 2);
          // Go takes a fraction after the seconds also where the layout has none
          if (!fractionFollows
              && at + 1 < text.length()
              && (text.charAt(at) == '.' || text.charAt(at) == ',')
              && Character.isDigit(text.charAt(at + 1))) {
            takeFraction(".9");
          }
        }
        case "PM", "pm" -> takeHalf();
        case "MST" -> takeZoneName();
        case "-07",
            "-0700",
            "-07:00",
            "-070000",
            "-07:00:00",
            "Z07",
            "Z0700",
            "Z07:00",
            "Z070000",
            "Z07:00:00" ->
            takeOffset(part);
        default -> literal(part);
      }
    }

    private void literal(String part) throws BuiltinException {
      if (!text.startsWith(part, at)) {
        throw failed();
      }
      at += part.length();
    }

    private int twelveHours(int value) {
      twelve = true;
      return value;
    }

    private void takeHalf() throws BuiltinException {
      String half = at + 2 <= text.length() ? text.substring(at, at + 2) : "";
      if (!half.equalsIgnoreCase("AM") && !half.equalsIgnoreCase("PM")) {
        throw failed();
      }
      afternoon = half.equalsIgnoreCase("PM");
      twelve = true;
      at += 2;
    }

    private int number(int least, int most) throws BuiltinException {
      int from = at;
      while (at < text.length() && at - from < most && isDigit(text.charAt(at))) {
        at++;
      }
      if (at - from < least) {
        at = from;
        throw failed();
      }
      return Integer.parseInt(text.substring(from, at));
    }

    private int word(List<String> words, boolean brief) throws BuiltinException {
      for (int i = 0; i < words.size(); i++) {
        String word = brief ? words.get(i).substring(0, 3) : words.get(i);
        if (text.regionMatches(true, at, word, 0, word.length())) {
          at += word.length();
          return i;
        }
      }
      throw failed();
    }

    /// Nines may be missing; zeros must be there.
    private void takeFraction(String part) throws BuiltinException {
      boolean there = at < text.length() && (text.charAt(at) == '.' || text.charAt(at) == ',');
      if (!there) {
        if (part.charAt(1) == '0') {
          throw failed();
        }
        return;
      }
      int from = ++at;
      while (at < text.length() && isDigit(text.charAt(at))) {
        at++;
      }
      int digits = at - from;
      if (digits == 0 || digits > 9 || part.charAt(1) == '0' && digits != part.length() - 1) {
        throw failed();
      }
      nanos = Integer.parseInt(text.substring(from, at) + "0".repeat(9 - digits));
    }

    /// A name that is not known counts as UTC, as in Go.
    private void takeZoneName() throws BuiltinException {
      int from = at;
      while (at < text.length() && Character.isUpperCase(text.charAt(at))) {
        at++;
      }
      String name = text.substring(from, at);
      if (name.length() < 3 || name.length() > 5) {
        at = from;
        throw failed();
      }
      if (name.equals("GMT") && at < text.length() && "+-".indexOf(text.charAt(at)) >= 0) {
        boolean minus = text.charAt(at++) == '-';
        int hours = number(1, 2);
        offset = (minus ? -hours : hours) * 3600;
      }
    }

    private void takeOffset(String part) throws BuiltinException {
      if (part.charAt(0) == 'Z' && at < text.length() && text.charAt(at) == 'Z') {
        at++;
        return;
      }
      if (at >= text.length() || "+-".indexOf(text.charAt(at)) < 0) {
        throw failed();
      }
      boolean minus = text.charAt(at++) == '-';
      boolean colon = part.indexOf(':') >= 0;
      int size = part.replace(":", "").length();
      int seconds = upTo(24) * 3600;
      for (int unit = 60, have = 3; have < size; unit /= 60, have += 2) {
        if (colon) {
          literal(":");
        }
        seconds += upTo(60) * unit;
      }
      offset = minus ? -seconds : seconds;
    }

    private int upTo(int most) throws BuiltinException {
      int value = number(2, 2);
      if (value > most) {
        throw failed();
      }
      return value;
    }

    private static boolean isDigit(char c) {
      return c >= '0' && c <= '9';
    }

    Instant instant() throws BuiltinException {
      if (at != text.length()) {
        throw BuiltinException.failed(
            "parsing time \"" + text + "\": extra text: \"" + text.substring(at) + "\"");
      }
      int full = twelve ? hour % 12 + (afternoon ? 12 : 0) : hour;
      if (twelve && !afternoon && hour == 12) {
        full = 0;
      }
      try {
        LocalDate date =
            dayOfYear >= 0 ? LocalDate.ofYearDay(year, dayOfYear) : LocalDate.of(year, month, day);
        return LocalDateTime.of(date, java.time.LocalTime.of(full, minute, second, nanos))
            .toInstant(ZoneOffset.UTC)
            .minusSeconds(offset);
      } catch (DateTimeException e) {
        throw BuiltinException.failed("parsing time \"" + text + "\": " + e.getMessage());
      }
    }
  }
}
