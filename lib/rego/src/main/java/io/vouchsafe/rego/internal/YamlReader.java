package io.vouchsafe.rego.internal;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.BooleanValue;
import io.vouchsafe.rego.NullValue;
import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Reads the YAML that people write by hand: block and flow collections, plain, quoted and block
/// scalars, comments. Anchors, tags, directives and several documents are refused.
public final class YamlReader {
  private static final int MAX_DEPTH = 64;
  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

  private final List<Line> lines = new ArrayList<>();
  private int at;
  private int depth;

  private record Line(int indent, String text) {}

  /// A text that is none of this YAML.
  public static final class YamlException extends Exception {
    private static final long serialVersionUID = 1L;

    YamlException(String message) {
      super(message, null, false, false);
    }
  }

  private YamlReader(String text) throws YamlException {
    boolean first = true;
    for (String raw : text.split("\n", -1)) {
      String line = raw.stripTrailing();
      if (first && line.equals("---")) {
        continue;
      }
      first &= line.isBlank();
      int indent = 0;
      while (indent < line.length() && line.charAt(indent) == ' ') {
        indent++;
      }
      if (indent < line.length() && line.charAt(indent) == '\t') {
        throw new YamlException("tab in indentation");
      }
      lines.add(new Line(line.isBlank() ? -1 : indent, line.substring(indent)));
    }
  }

  /// The value of a document.
  public static Value read(String text) throws YamlException {
    YamlReader reader = new YamlReader(text);
    reader.skipBlank();
    if (reader.at == reader.lines.size()) {
      return NullValue.NULL;
    }
    Value value = reader.block(reader.lines.get(reader.at).indent);
    reader.skipBlank();
    if (reader.at < reader.lines.size()) {
      throw new YamlException("text after the document: " + reader.lines.get(reader.at).text);
    }
    return value;
  }

  private void skipBlank() {
    while (at < lines.size() && (lines.get(at).indent < 0 || lines.get(at).text.startsWith("#"))) {
      at++;
    }
  }

  private Value block(int indent) throws YamlException {
    if (++depth > MAX_DEPTH) {
      throw new YamlException("nested too deep");
    }
    try {
      String text = lines.get(at).text;
      if (isItem(text)) {
        return sequence(indent);
      }
      if (colon(text) >= 0) {
        return mapping(indent);
      }
      at++;
      return inline(text, indent);
    } finally {
      depth--;
    }
  }

  private static boolean isItem(String text) {
    return text.equals("-") || text.startsWith("- ");
  }

  private Value sequence(int indent) throws YamlException {
    List<Value> items = new ArrayList<>();
    while (at < lines.size() && lines.get(at).indent == indent && isItem(lines.get(at).text)) {
      String text = lines.get(at).text;
      String rest = text.substring(1).stripLeading();
      if (rest.isEmpty() || rest.startsWith("#")) {
        at++;
        items.add(below(indent));
      } else {
        // What follows the dash is a block of its own, indented by what stands before it.
        int inner = indent + text.length() - rest.length();
        lines.set(at, new Line(inner, rest));
        items.add(block(inner));
      }
      skipBlank();
    }
    return ArrayValue.of(items);
  }

  private Value mapping(int indent) throws YamlException {
    ObjectValue.Builder members = new ObjectValue.Builder();
    while (at < lines.size() && lines.get(at).indent == indent) {
      String text = lines.get(at).text;
      int colon = colon(text);
      if (colon < 0 || isItem(text)) {
        break;
      }
      Value key = scalar(text.substring(0, colon).strip());
      if (members.get(key) != null) {
        throw new YamlException("key twice: " + key);
      }
      String rest = text.substring(colon + 1).strip();
      at++;
      boolean nested = rest.isEmpty() || rest.startsWith("#");
      members.put(key, nested ? belowKey(indent) : inline(rest, indent));
      skipBlank();
    }
    return members.build();
  }

  private Value below(int indent) throws YamlException {
    skipBlank();
    return at < lines.size() && lines.get(at).indent > indent
        ? block(lines.get(at).indent)
        : NullValue.NULL;
  }

  /// A sequence below a key need not be indented.
  private Value belowKey(int indent) throws YamlException {
    skipBlank();
    boolean items =
        at < lines.size() && lines.get(at).indent == indent && isItem(lines.get(at).text);
    return items ? sequence(indent) : below(indent);
  }

  /// Where the colon stands that ends a key, or -1.
  private static int colon(String text) {
    char quote = 0;
    int open = 0;
    boolean started = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean first = !started;
      started |= !Character.isWhitespace(c);
      if (quote != 0) {
        i += quote == '"' && c == '\\' ? 1 : 0;
        quote = c == quote ? 0 : quote;
      } else if ((c == '"' || c == '\'') && first) {
        quote = c;
      } else if (c == '{' || c == '[') {
        open++;
      } else if (c == '}' || c == ']') {
        open--;
      } else if (c == '#' && i > 0 && text.charAt(i - 1) == ' ') {
        return -1;
      } else if (c == ':' && open == 0 && (i + 1 == text.length() || text.charAt(i + 1) == ' ')) {
        return i;
      }
    }
    return -1;
  }

  private Value inline(String text, int indent) throws YamlException {
    char first = text.charAt(0);
    if (first == '|' || first == '>') {
      return blockScalar(text, indent);
    }
    if (first == '&' || first == '*' || first == '!' || first == '%' || first == '@') {
      throw new YamlException("anchors, tags and directives are not taken: " + text);
    }
    if (first == '[' || first == '{') {
      Flow flow = new Flow(withoutComment(text));
      Value value = flow.value(0);
      flow.end();
      return value;
    }
    StringBuilder plain = new StringBuilder(text);
    while (at < lines.size() && lines.get(at).indent > indent) {
      // A plain scalar goes on in lines that are indented more.
      plain.append(' ').append(lines.get(at++).text);
    }
    return scalar(withoutComment(plain.toString()));
  }

  private static String withoutComment(String text) {
    if (text.startsWith("\"") || text.startsWith("'")) {
      int end = text.indexOf(text.charAt(0), 1);
      int comment = text.indexOf(" #", Math.max(end, 0));
      return comment < 0 ? text : text.substring(0, comment).strip();
    }
    int comment = text.indexOf(" #");
    return comment < 0 ? text : text.substring(0, comment).strip();
  }

  private Value blockScalar(String header, int indent) {
    boolean folded = header.charAt(0) == '>';
    StringBuilder out = new StringBuilder();
    int inner = -1;
    while (at < lines.size() && (lines.get(at).indent < 0 || lines.get(at).indent > indent)) {
      Line line = lines.get(at++);
      inner = inner < 0 ? line.indent : inner;
      if (line.indent >= 0) {
        out.append(" ".repeat(Math.max(0, line.indent - inner))).append(line.text);
      }
      out.append(folded && line.indent >= 0 ? ' ' : '\n');
    }
    String text = out.toString().stripTrailing();
    return StringValue.of(header.contains("-") ? text : text + "\n");
  }

  private static Value scalar(String text) throws YamlException {
    if (text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")) {
      return StringValue.of(unescaped(text.substring(1, text.length() - 1)));
    }
    if (text.length() > 1 && text.startsWith("'") && text.endsWith("'")) {
      String inner = text.substring(1, text.length() - 1);
      if (inner.replace("''", "").indexOf('\'') >= 0) {
        throw new YamlException("text after a quoted one");
      }
      return StringValue.of(inner.replace("''", "'"));
    }
    if (NULLS.contains(text)) {
      return NullValue.NULL;
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.equals("true") || lower.equals("false")) {
      return BooleanValue.of(lower.equals("true"));
    }
    char first = text.charAt(0);
    if (first >= '0' && first <= '9' || first == '-' || first == '+' || first == '.') {
      try {
        return NumberValue.parse(text);
      } catch (NumberFormatException _) {
        // Text that starts like a number, such as a version.
      } catch (ArithmeticException _) {
        throw new YamlException("number with too many digits");
      }
    }
    return StringValue.of(text);
  }

  private static String unescaped(String text) throws YamlException {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        throw new YamlException("text after a quoted one");
      }
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char escaped = ++i < text.length() ? text.charAt(i) : 0;
      switch (escaped) {
        case '"', '\\', '/', ' ' -> out.append(escaped);
        case 'n' -> out.append('\n');
        case 't' -> out.append('\t');
        case 'r' -> out.append('\r');
        case '0' -> out.append('\0');
        case 'u' -> {
          try {
            out.append((char) Integer.parseInt(text.substring(i + 1, i + 5), 16));
          } catch (IndexOutOfBoundsException | NumberFormatException _) {
            throw new YamlException("broken escape");
          }
          i += 4;
        }
        default -> throw new YamlException("unknown escape");
      }
    }
    return out.toString();
  }

  /// Collections in one line: `[a, {b: c}]`.
  private static final class Flow {
    private final String text;
    private int at;

    Flow(String text) {
      this.text = text;
    }

    void end() throws YamlException {
      if (at < text.length()) {
        throw new YamlException("text after a collection: " + text.substring(at));
      }
    }

    Value value(int depth) throws YamlException {
      if (depth > MAX_DEPTH) {
        throw new YamlException("nested too deep");
      }
      blank();
      char c = at < text.length() ? text.charAt(at) : 0;
      if (c == '[') {
        at++;
        List<Value> items = new ArrayList<>();
        while (!accept(']')) {
          items.add(value(depth + 1));
          separator(']');
        }
        return ArrayValue.of(items);
      }
      if (c == '{') {
        at++;
        ObjectValue.Builder members = new ObjectValue.Builder();
        while (!accept('}')) {
          Value key = value(depth + 1);
          Value member = accept(':') ? value(depth + 1) : NullValue.NULL;
          members.put(key, member);
          separator('}');
        }
        return members.build();
      }
      return plain(c);
    }

    private Value plain(char first) throws YamlException {
      int start = at;
      if (first == '"' || first == '\'') {
        at++;
        while (at < text.length() && text.charAt(at) != first) {
          at += first == '"' && text.charAt(at) == '\\' ? 2 : 1;
        }
        at = Math.min(at + 1, text.length());
      } else {
        while (at < text.length() && ",]}".indexOf(text.charAt(at)) < 0 && !keyEnds()) {
          at++;
        }
      }
      return scalar(text.substring(start, at).strip());
    }

    private boolean keyEnds() {
      return text.charAt(at) == ':' && (at + 1 == text.length() || text.charAt(at + 1) == ' ');
    }

    private void separator(char closer) throws YamlException {
      blank();
      if (at < text.length() && text.charAt(at) == closer) {
        return;
      }
      if (!accept(',')) {
        throw new YamlException("collection without its end");
      }
    }

    private boolean accept(char c) {
      blank();
      if (at < text.length() && text.charAt(at) == c) {
        at++;
        return true;
      }
      return false;
    }

    private void blank() {
      while (at < text.length() && text.charAt(at) == ' ') {
        at++;
      }
    }
  }
}
