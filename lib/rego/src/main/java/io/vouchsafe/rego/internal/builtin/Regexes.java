package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.ARRAY;
import static io.vouchsafe.rego.internal.builtin.Type.BOOLEAN;
import static io.vouchsafe.rego.internal.builtin.Type.NUMBER;
import static io.vouchsafe.rego.internal.builtin.Type.STRING;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.BooleanValue;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import java.util.ArrayList;
import java.util.List;

/// `regex.*`, by RE2: matching takes time linear in the text, whatever the pattern.
final class Regexes {
  private static final int MAX_PATTERN = 10_000;
  private static final List<Type> TWO = List.of(STRING, STRING);
  private static final List<Type> THREE = List.of(STRING, STRING, STRING);

  private Regexes() {}

  static void register(Family family) {
    Type lists = Type.arrayOf(ARRAY);
    family
        .function("regex.match", TWO, BOOLEAN, Regexes::match)
        .function("re_match", TWO, BOOLEAN, Regexes::match)
        .function("regex.is_valid", List.of(STRING), BOOLEAN, Regexes::isValid)
        .function("regex.split", TWO, Type.arrayOf(STRING), Regexes::split)
        .function("regex.replace", THREE, STRING, Regexes::replace)
        .function(
            "regex.find_n", List.of(STRING, STRING, NUMBER), Type.arrayOf(STRING), Regexes::find)
        .function(
            "regex.find_all_string_submatch_n",
            List.of(STRING, STRING, NUMBER),
            lists,
            Regexes::groups)
        .function(
            "regex.template_match",
            List.of(STRING, STRING, STRING, STRING),
            BOOLEAN,
            Regexes::template)
        .function("regex.globs_match", TWO, BOOLEAN, Regexes::globsMatch);
  }

  /// Compiles a pattern once per evaluation.
  static Patterns.Compiled pattern(Operands in, String text) throws BuiltinException {
    return in.session().pattern(text, () -> compile(in, text));
  }

  private static Patterns.Compiled compile(Operands in, String text) throws BuiltinException {
    if (text.length() > MAX_PATTERN) {
      throw BuiltinException.failed("a pattern of more than " + MAX_PATTERN + " characters");
    }
    long states = PatternSize.of(text);
    if (states > PatternSize.MAX_STATES) {
      throw BuiltinException.failed("a pattern whose repeats are too many");
    }
    in.budget().steps(1 + states);
    try {
      return Patterns.Compiled.of(Pattern.compile(text), states);
    } catch (PatternSyntaxException e) {
      throw BuiltinException.failed(
          "error parsing regexp: " + e.getDescription() + ": `" + e.getPattern() + "`");
    }
  }

  /// Finds matches in a text, one after the other, and spends what that takes.
  static final class Search {
    /// A further match is mostly found near the one before: it costs a part of what is left.
    private static final int PART = 16;

    private final Operands in;
    private final long weight;
    private final Matcher matcher;
    private final String text;
    private final int length;
    private int from;
    private int end = -1;

    Search(Operands in, Patterns.Compiled pattern, String text) {
      this.in = in;
      this.weight = pattern.weight();
      in.budget().steps((1 + text.length()) * weight);
      this.matcher = pattern.pattern().matcher(text);
      this.text = text;
      this.length = text.length();
    }

    /// The next match; an empty one right behind another does not count.
    boolean find() {
      while (true) {
        if (from > 0) {
          in.budget().steps((1 + (length - from) / PART) * weight);
        }
        boolean found = matcher.find();
        from = found ? Math.max(1, matcher.end()) : length;
        if (!found) {
          return false;
        }
        int start = matcher.start();
        boolean empty = start == matcher.end();
        boolean counts = !empty || start != end && !withinPair(start);
        end = matcher.end();
        if (counts) {
          return true;
        }
      }
    }

    private boolean withinPair(int at) {
      return at > 0
          && at < length
          && Character.isSurrogatePair(text.charAt(at - 1), text.charAt(at));
    }

    boolean matches() {
      return matcher.matches();
    }

    Matcher match() {
      return matcher;
    }
  }

  private static Value match(Operands in) throws BuiltinException {
    return BooleanValue.of(new Search(in, pattern(in, in.string(0)), in.string(1)).find());
  }

  private static Value isValid(Operands in) throws BuiltinException {
    if (!(in.value(0) instanceof StringValue)) {
      return BooleanValue.FALSE;
    }
    try {
      pattern(in, in.string(0));
      return BooleanValue.TRUE;
    } catch (BuiltinException _) {
      return BooleanValue.FALSE;
    }
  }

  private static Value split(Operands in) throws BuiltinException {
    String text = in.string(1);
    Search search = new Search(in, pattern(in, in.string(0)), text);
    Matcher matcher = search.match();
    List<Value> parts = new ArrayList<>();
    int from = 0;
    while (search.find()) {
      if (matcher.end() == 0) {
        continue; // an empty match at the start parts nothing
      }
      if (matcher.start() == text.length() && matcher.end() == text.length()) {
        break; // nor does one at the end
      }
      parts.add(Strings.text(in, text.substring(from, matcher.start())));
      from = matcher.end();
    }
    parts.add(Strings.text(in, text.substring(from)));
    return ArrayValue.of(parts);
  }

  private static Value replace(Operands in) throws BuiltinException {
    String text = in.string(0);
    String template = in.string(2);
    Search search = new Search(in, pattern(in, in.string(1)), text);
    Matcher matcher = search.match();
    StringBuilder out = new StringBuilder();
    int from = 0;
    while (search.find()) {
      in.budget().characters(matcher.start() - from + template.length());
      out.append(text, from, matcher.start());
      expand(in, matcher, template, out);
      from = matcher.end();
    }
    return Strings.text(in, out.append(text, from, text.length()).toString());
  }

  /// `$1`, `${1}`, `$name`, `${name}`, `$$`; a name is as long as it can be, an unknown one is
  /// empty.
  private static void expand(Operands in, Matcher matcher, String template, StringBuilder out) {
    for (int at = 0; at < template.length(); at++) {
      char c = template.charAt(at);
      if (c != '$' || at + 1 == template.length()) {
        out.append(c);
        continue;
      }
      if (template.charAt(at + 1) == '$') {
        out.append('$');
        at++;
        continue;
      }
      boolean braced = template.charAt(at + 1) == '{';
      int from = braced ? at + 2 : at + 1;
      int to = from;
      while (to < template.length() && isWord(template.codePointAt(to))) {
        to += Character.charCount(template.codePointAt(to));
      }
      boolean closed = !braced || to < template.length() && template.charAt(to) == '}';
      if (to == from || !closed) {
        out.append('$');
        continue;
      }
      String group = group(matcher, template.substring(from, to));
      in.budget().characters(group.length());
      out.append(group);
      at = braced ? to : to - 1;
    }
  }

  private static boolean isWord(int c) {
    return c == '_'
        || Character.isLetter(c)
        || Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER;
  }

  private static String group(Matcher matcher, String name) {
    String found = null;
    if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int number = name.length() < 6 ? Integer.parseInt(name) : Integer.MAX_VALUE;
      found = number <= matcher.groupCount() ? matcher.group(number) : null;
    } else if (matcher.pattern().namedGroups().containsKey(name)) {
      found = matcher.group(name);
    }
    return found == null ? "" : found;
  }

  private static Value find(Operands in) throws BuiltinException {
    int most = in.clampedInt(2);
    Search search = new Search(in, pattern(in, in.string(0)), in.string(1));
    Matcher matcher = search.match();
    List<Value> found = new ArrayList<>();
    while ((most < 0 || found.size() < most) && search.find()) {
      found.add(Strings.text(in, matcher.group()));
    }
    return ArrayValue.of(found);
  }

  private static Value groups(Operands in) throws BuiltinException {
    int most = in.clampedInt(2);
    Search search = new Search(in, pattern(in, in.string(0)), in.string(1));
    Matcher matcher = search.match();
    List<Value> found = new ArrayList<>();
    while ((most < 0 || found.size() < most) && search.find()) {
      List<Value> groups = new ArrayList<>();
      for (int i = 0; i <= matcher.groupCount(); i++) {
        String group = matcher.group(i);
        groups.add(Strings.text(in, group == null ? "" : group));
      }
      in.budget().cells(groups.size());
      found.add(ArrayValue.of(groups));
    }
    return ArrayValue.of(found);
  }

  /// Text between the delimiters is a pattern, the rest stands for itself.
  private static Value template(Operands in) throws BuiltinException {
    String template = in.string(0);
    String open = in.string(2);
    String close = in.string(3);
    if (open.length() != 1
        || close.length() != 1
        || open.charAt(0) > 0x7f
        || close.charAt(0) > 0x7f) {
      throw BuiltinException.failed("delimiters must be exactly one character in length");
    }
    StringBuilder regex = new StringBuilder("^");
    int depth = 0;
    int from = 0;
    for (int at = 0; at < template.length(); at++) {
      char c = template.charAt(at);
      if (c == open.charAt(0)) {
        if (depth++ == 0) {
          regex.append(Pattern.quote(template.substring(from, at)));
          from = at + 1;
        }
      } else if (c == close.charAt(0)) {
        if (--depth < 0) {
          throw BuiltinException.failed("mismatched delimiters in pattern " + template);
        }
        if (depth == 0) {
          regex.append('(').append(template, from, at).append(')');
          from = at + 1;
        }
      }
    }
    if (depth != 0) {
      throw BuiltinException.failed("mismatched delimiters in pattern " + template);
    }
    regex.append(Pattern.quote(template.substring(from))).append('$');
    return BooleanValue.of(new Search(in, pattern(in, regex.toString()), in.string(1)).find());
  }

  private static Value globsMatch(Operands in) throws BuiltinException {
    GlobPair.Token[] first = GlobPair.parse(in.budget(), in.string(0));
    GlobPair.Token[] second = GlobPair.parse(in.budget(), in.string(1));
    in.budget().cells((long) (first.length + 1) * (second.length + 1));
    in.budget().steps(GlobPair.steps(first, second));
    return BooleanValue.of(GlobPair.intersect(first, second));
  }
}
