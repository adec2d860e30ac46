package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.ARRAY;
import static io.vouchsafe.rego.internal.builtin.Type.BOOLEAN;
import static io.vouchsafe.rego.internal.builtin.Type.NUMBER;
import static io.vouchsafe.rego.internal.builtin.Type.STRING;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.BooleanValue;
import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;

/// Text: searching, cutting, joining. Positions and lengths count code points.
final class Strings {
  /// Characters that are compared in a step.
  private static final int COMPARED = 64;

  private static final List<Type> ONE = List.of(STRING);
  private static final List<Type> TWO = List.of(STRING, STRING);
  private static final List<Type> THREE = List.of(STRING, STRING, STRING);

  private Strings() {}

  static void register(Family family) {
    Type texts = Type.collectionOf(STRING);
    Type textOrTexts = Type.oneOf(STRING, Type.COLLECTION);
    family
        .function("concat", List.of(STRING, texts), STRING, Strings::concat)
        .function("contains", TWO, BOOLEAN, in -> bool(find(in, in.string(1)) >= 0))
        .function("startswith", TWO, BOOLEAN, in -> bool(in.string(0).startsWith(in.string(1))))
        .function("endswith", TWO, BOOLEAN, in -> bool(in.string(0).endsWith(in.string(1))))
        .function("format_int", List.of(NUMBER, NUMBER), STRING, Strings::formatInt)
        .function("indexof", TWO, NUMBER, Strings::indexOf)
        .function("indexof_n", TWO, Type.arrayOf(NUMBER), Strings::indexesOf)
        .function("lower", ONE, STRING, in -> mapped(in, Character::toLowerCase))
        .function("upper", ONE, STRING, in -> mapped(in, Character::toUpperCase))
        .function("replace", THREE, STRING, Strings::replace)
        .function("split", TWO, Type.arrayOf(STRING), Strings::split)
        .function("sprintf", List.of(STRING, ARRAY), STRING, Strings::sprintf)
        .function("substring", List.of(STRING, NUMBER, NUMBER), STRING, Strings::substring)
        .function(
            "strings.split_n",
            List.of(STRING, STRING, NUMBER),
            Type.arrayOf(STRING),
            Strings::splitN)
        .function("strings.count", TWO, NUMBER, Strings::count)
        .function("strings.reverse", ONE, STRING, Strings::reverse)
        .function(
            "strings.replace_n",
            List.of(Type.objectOf(STRING), STRING),
            STRING,
            Strings::replaceMany)
        .function(
            "strings.any_prefix_match",
            List.of(textOrTexts, textOrTexts),
            BOOLEAN,
            in -> anyMatch(in, String::startsWith))
        .function(
            "strings.any_suffix_match",
            List.of(textOrTexts, textOrTexts),
            BOOLEAN,
            in -> anyMatch(in, String::endsWith));
    family
        .function("trim", TWO, STRING, in -> trim(in, true, true))
        .function("trim_left", TWO, STRING, in -> trim(in, true, false))
        .function("trim_right", TWO, STRING, in -> trim(in, false, true))
        .function("trim_prefix", TWO, STRING, Strings::trimPrefix)
        .function("trim_suffix", TWO, STRING, Strings::trimSuffix)
        .function("trim_space", ONE, STRING, Strings::trimSpace);
  }

  private static Value bool(boolean value) {
    return BooleanValue.of(value);
  }

  static Value text(Operands in, String text) {
    in.budget().characters(text.length());
    return StringValue.of(text);
  }

  private static Value texts(Operands in, Collection<String> parts) {
    in.budget().cells(parts.size());
    List<Value> values = new ArrayList<>(parts.size());
    for (String part : parts) {
      values.add(text(in, part));
    }
    return ArrayValue.of(values);
  }

  /// Each code point by itself: `ß` has no upper case, and the end of a word is no place of its
  /// own.
  private static Value mapped(Operands in, IntUnaryOperator mapping) throws BuiltinException {
    String text = in.string(0);
    in.budget().characters(text.length());
    int[] points = text.codePoints().map(mapping).toArray();
    return StringValue.of(new String(points, 0, points.length));
  }

  private static Value concat(Operands in) throws BuiltinException {
    String between = in.string(0);
    List<String> parts = in.strings(1);
    long length = (long) between.length() * parts.size();
    for (String part : parts) {
      length += part.length();
    }
    in.budget().characters(length);
    return StringValue.of(String.join(between, parts));
  }

  private static Value formatInt(Operands in) throws BuiltinException {
    int base = in.clampedInt(1);
    if (base != 2 && base != 8 && base != 10 && base != 16) {
      throw BuiltinException.operand(1, "must be one of {2, 8, 10, 16}");
    }
    return text(in, in.number(0).toBigDecimal().toBigInteger().toString(base));
  }

  private static String needle(Operands in) throws BuiltinException {
    String needle = in.string(1);
    if (needle.isEmpty()) {
      throw BuiltinException.failed("empty search character");
    }
    return needle;
  }

  private static int find(Operands in, String needle) throws BuiltinException {
    return needle.isEmpty() ? 0 : new Needle(in.budget(), needle).find(in.string(0), 0);
  }

  private static Value indexOf(Operands in) throws BuiltinException {
    String text = in.string(0);
    int at = find(in, needle(in));
    return NumberValue.of(at < 0 ? -1 : text.codePointCount(0, at));
  }

  private static Value indexesOf(Operands in) throws BuiltinException {
    String text = in.string(0);
    Needle needle = new Needle(in.budget(), needle(in));
    List<Value> places = new ArrayList<>();
    int points = 0;
    int from = 0;
    for (int at = needle.find(text, 0); at >= 0; at = needle.find(text, at + 1)) {
      in.budget().cells(1);
      in.budget().steps(1 + in.string(1).length() / COMPARED); // it is looked through again
      points += text.codePointCount(from, at);
      from = at;
      places.add(NumberValue.of(points));
    }
    return ArrayValue.of(places);
  }

  private static Value replace(Operands in) throws BuiltinException {
    String text = in.string(0);
    String old = in.string(1);
    String now = in.string(2);
    long places = old.isEmpty() ? text.length() + 1L : text.length() / old.length();
    in.budget().characters(text.length() + places * Math.max(0, now.length() - old.length()));
    if (old.isEmpty()) {
      StringBuilder out = new StringBuilder(now);
      text.codePoints().forEach(point -> out.appendCodePoint(point).append(now));
      return StringValue.of(out.toString());
    }
    Needle needle = new Needle(in.budget(), old);
    StringBuilder out = new StringBuilder();
    int from = 0;
    for (int at = needle.find(text, 0); at >= 0; at = needle.find(text, from)) {
      out.append(text, from, at).append(now);
      from = at + old.length();
    }
    return StringValue.of(out.append(text, from, text.length()).toString());
  }

  /// All pairs at once: at each place the first that matches, in the order of the keys.
  private static Value replaceMany(Operands in) throws BuiltinException {
    ObjectValue pairs = in.object(0);
    List<String> olds = new ArrayList<>();
    List<String> news = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      if (!(pairs.keyAt(i) instanceof StringValue old)) {
        throw BuiltinException.operand(0, "non-string key found in pattern object");
      }
      if (!(pairs.valueAt(i) instanceof StringValue now)) {
        throw BuiltinException.operand(0, "non-string value found in pattern object");
      }
      olds.add(old.text());
      news.add(now.text());
    }
    long length = 0;
    for (String old : olds) {
      length += old.length();
    }
    String text = in.string(1);
    StringBuilder out = new StringBuilder(text.length());
    boolean wasEmpty = false;
    for (int at = 0; at <= text.length(); ) {
      in.budget().steps(1 + olds.size() + length / COMPARED);
      int hit = firstAt(text, at, olds, wasEmpty);
      wasEmpty = hit >= 0 && olds.get(hit).isEmpty();
      if (hit >= 0) {
        in.budget().characters(news.get(hit).length());
        out.append(news.get(hit));
        at += olds.get(hit).length();
      } else if (at < text.length()) {
        int point = text.codePointAt(at);
        out.appendCodePoint(point);
        at += Character.charCount(point);
      } else {
        at++;
      }
    }
    return text(in, out.toString());
  }

  /// @param notEmpty an empty pattern matches once at a place
  private static int firstAt(String text, int at, List<String> olds, boolean notEmpty) {
    for (int i = 0; i < olds.size(); i++) {
      if (text.startsWith(olds.get(i), at) && !(notEmpty && olds.get(i).isEmpty())) {
        return i;
      }
    }
    return -1;
  }

  private static Value split(Operands in) throws BuiltinException {
    return texts(in, parts(in, in.string(0), in.string(1)));
  }

  /// The first parts, or with a negative number the last ones.
  private static Value splitN(Operands in) throws BuiltinException {
    int wanted = in.clampedInt(2);
    List<String> all = parts(in, in.string(0), in.string(1));
    int count = Math.min(all.size(), wanted == Integer.MIN_VALUE ? all.size() : Math.abs(wanted));
    return texts(
        in, wanted < 0 ? all.subList(all.size() - count, all.size()) : all.subList(0, count));
  }

  private static List<String> parts(Operands in, String text, String between) {
    List<String> parts = new ArrayList<>();
    Needle needle = new Needle(in.budget(), between);
    int from = 0;
    while (true) {
      in.budget().step();
      int at;
      int next;
      if (between.isEmpty()) { // every code point is a part
        if (from >= text.length()) {
          return parts;
        }
        next = text.offsetByCodePoints(from, 1);
        at = next;
        if (next >= text.length()) {
          break;
        }
      } else {
        at = needle.find(text, from);
        if (at < 0) {
          break;
        }
        next = at + between.length();
      }
      parts.add(text.substring(from, at));
      from = next;
    }
    if (!between.isEmpty() || from < text.length()) {
      parts.add(text.substring(from));
    }
    return parts;
  }

  private static Value sprintf(Operands in) throws BuiltinException {
    return text(in, new Sprintf(in.budget(), in.string(0), in.array(1).items()).format());
  }

  private static Value substring(Operands in) throws BuiltinException {
    String text = in.string(0);
    int offset = in.clampedInt(1);
    int length = in.clampedInt(2);
    if (offset < 0) {
      throw BuiltinException.failed("negative offset");
    }
    in.budget().steps(text.length() / 8 + 1);
    int points = text.codePointCount(0, text.length());
    if (offset >= points) {
      return StringValue.of("");
    }
    int count = length < 0 ? points - offset : Math.min(length, points - offset);
    int from = text.offsetByCodePoints(0, offset);
    return text(in, text.substring(from, text.offsetByCodePoints(from, count)));
  }

  private static Value count(Operands in) throws BuiltinException {
    String text = in.string(0);
    String needle = in.string(1);
    if (needle.isEmpty()) {
      return NumberValue.of(text.codePointCount(0, text.length()) + 1);
    }
    int count = 0;
    Needle wanted = new Needle(in.budget(), needle);
    for (int at = wanted.find(text, 0); at >= 0; at = wanted.find(text, at + needle.length())) {
      in.budget().step();
      count++;
    }
    return NumberValue.of(count);
  }

  private static Value reverse(Operands in) throws BuiltinException {
    return text(in, new StringBuilder(in.string(0)).reverse().toString());
  }

  private static Value anyMatch(Operands in, BiPredicate<String, String> matches)
      throws BuiltinException {
    List<String> texts = oneOrMore(in, 0);
    List<String> affixes = oneOrMore(in, 1);
    long length = 0;
    for (String affix : affixes) {
      length += affix.length();
    }
    for (String text : texts) {
      in.budget().steps(1 + affixes.size() + length / COMPARED);
      for (String affix : affixes) {
        if (matches.test(text, affix)) {
          return BooleanValue.TRUE;
        }
      }
    }
    return BooleanValue.FALSE;
  }

  private static List<String> oneOrMore(Operands in, int index) throws BuiltinException {
    return switch (in.value(index)) {
      case StringValue text -> List.of(text.text());
      case ArrayValue _, io.vouchsafe.rego.SetValue _ -> in.strings(index);
      default -> throw in.wrong(index, "string", "set", "array");
    };
  }

  private static Value trim(Operands in, boolean left, boolean right) throws BuiltinException {
    String text = in.string(0);
    String cut = in.string(1);
    in.budget().steps(1 + text.length());
    in.budget().cells(cut.length());
    Set<Integer> points = cut.codePoints().boxed().collect(Collectors.toSet());
    int from = 0;
    int to = text.length();
    while (left && from < to && points.contains(text.codePointAt(from))) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (right && to > from && points.contains(text.codePointBefore(to))) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text(in, text.substring(from, to));
  }

  private static Value trimPrefix(Operands in) throws BuiltinException {
    String text = in.string(0);
    String prefix = in.string(1);
    return text(in, text.startsWith(prefix) ? text.substring(prefix.length()) : text);
  }

  private static Value trimSuffix(Operands in) throws BuiltinException {
    String text = in.string(0);
    String suffix = in.string(1);
    return text(
        in, text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text);
  }

  private static Value trimSpace(Operands in) throws BuiltinException {
    String text = in.string(0);
    int from = 0;
    int to = text.length();
    while (from < to && isSpace(text.charAt(from))) {
      from++;
    }
    while (to > from && isSpace(text.charAt(to - 1))) {
      to--;
    }
    return text(in, text.substring(from, to));
  }

  /// White space of Unicode, next line and no-break space included.
  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) ? c < 0x1c || c > 0x1f : Character.isSpaceChar(c) || c == 0x85;
  }
}
