package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.BOOLEAN;
import static io.vouchsafe.rego.internal.builtin.Type.STRING;

import com.google.re2j.Pattern;
import io.vouchsafe.rego.BooleanValue;
import io.vouchsafe.rego.NullValue;
import io.vouchsafe.rego.Value;
import java.util.List;

/// `glob.*`: `*` (within delimiters), `**` (across), `?`, `[sets]`, `{one,or,another}`, `\` before
/// what stands for itself. Each pattern becomes a regular expression of RE2.
final class Globs {
  private static final int MAX_DEPTH = 32;

  private Globs() {}

  static void register(Family family) {
    family
        .function(
            "glob.match",
            List.of(STRING, Type.oneOf(Type.NULL, Type.ARRAY), STRING),
            BOOLEAN,
            Globs::match)
        .function("glob.quote_meta", List.of(STRING), STRING, Globs::quote);
  }

  private static Value match(Operands in) throws BuiltinException {
    String glob = in.string(0);
    String delimiters;
    if (in.value(1) instanceof NullValue) {
      delimiters = "";
    } else {
      in.array(1);
      List<String> listed = in.strings(1);
      for (String one : listed) {
        if (one.isEmpty() || one.length() > Character.charCount(one.codePointAt(0))) {
          throw BuiltinException.operand(1, "must be array of single characters");
        }
      }
      delimiters = listed.isEmpty() ? "." : String.join("", listed);
    }
    String text = in.string(2);
    String regex = new Translation(glob, delimiters).regex();
    return BooleanValue.of(new Regexes.Search(in, Regexes.pattern(in, regex), text).matches());
  }

  private static Value quote(Operands in) throws BuiltinException {
    StringBuilder quoted = new StringBuilder();
    for (char c : in.string(0).toCharArray()) {
      if ("*?\\[]{}".indexOf(c) >= 0) {
        quoted.append('\\');
      }
      quoted.append(c);
    }
    return Strings.text(in, quoted.toString());
  }

  private static final class Translation {
    private final String glob;
    private final String other;
    private final StringBuilder out = new StringBuilder("(?s)");
    private int at;

    Translation(String glob, String delimiters) {
      this.glob = glob;
      StringBuilder set = new StringBuilder();
      for (char c : delimiters.toCharArray()) {
        set.append(inSet(c));
      }
      this.other = set.isEmpty() ? "." : "[^" + set + "]";
    }

    String regex() throws BuiltinException {
      alternatives(0);
      return out.toString();
    }

    private void alternatives(int depth) throws BuiltinException {
      if (depth > MAX_DEPTH) {
        throw BuiltinException.failed("more than " + MAX_DEPTH + " braces in each other");
      }
      while (at < glob.length()) {
        char c = glob.charAt(at++);
        switch (c) {
          case '*' -> {
            boolean across = at < glob.length() && glob.charAt(at) == '*';
            at += across ? 1 : 0;
            out.append(across ? "." : other).append('*');
          }
          case '?' -> out.append(other);
          case '[' -> set();
          case '{' -> {
            out.append("(?:");
            alternatives(depth + 1);
            if (at > glob.length() || glob.charAt(at - 1) != '}') {
              throw BuiltinException.failed("a brace without its end in " + glob);
            }
            out.append(')');
          }
          case '}' -> {
            if (depth > 0) {
              return;
            }
            out.append("\\}");
          }
          case ',' -> out.append(depth > 0 ? "|" : ",");
          case '\\' -> {
            if (at == glob.length()) {
              throw BuiltinException.failed("a lone escape at the end of " + glob);
            }
            out.append(Pattern.quote(glob.substring(at, at + 1)));
            at++;
          }
          default -> out.append(Pattern.quote(String.valueOf(c)));
        }
      }
      if (depth > 0) {
        throw BuiltinException.failed("a brace without its end in " + glob);
      }
    }

    private void set() throws BuiltinException {
      int end = glob.indexOf(']', at + 1);
      if (end < 0) {
        throw BuiltinException.failed("a set without its end in " + glob);
      }
      boolean not = glob.charAt(at) == '!';
      int from = not ? at + 1 : at;
      out.append(not ? "[^" : "[");
      for (int i = from; i < end; i++) {
        char c = glob.charAt(i);
        out.append(c == '-' && i > from && i < end - 1 ? "-" : inSet(c));
      }
      out.append(']');
      at = end + 1;
    }

    private static String inSet(char c) {
      return "\\[]^-".indexOf(c) >= 0 ? "\\" + c : String.valueOf(c);
    }
  }
}
