package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.ANY;
import static io.vouchsafe.rego.internal.builtin.Type.BOOLEAN;
import static io.vouchsafe.rego.internal.builtin.Type.STRING;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.BooleanValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.SetValue;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.YamlReader;
import java.util.List;

/// `yaml.*`, for the YAML of [YamlReader], and `trace`, which tells nobody.
final class Yamls {
  private Yamls() {}

  static void register(Family family) {
    family
        .function("yaml.marshal", List.of(ANY), STRING, Yamls::marshal)
        .function("yaml.unmarshal", List.of(STRING), ANY, Yamls::unmarshal)
        .function("yaml.is_valid", List.of(STRING), BOOLEAN, Yamls::isValid)
        .function("trace", List.of(STRING), BOOLEAN, _ -> BooleanValue.TRUE);
  }

  private static Value unmarshal(Operands in) throws BuiltinException {
    String text = in.string(0);
    in.budget().steps(text.length());
    in.budget().characters(text.length());
    try {
      return YamlReader.read(text);
    } catch (YamlReader.YamlException e) {
      throw BuiltinException.failed("yaml: " + e.getMessage());
    }
  }

  private static Value isValid(Operands in) {
    try {
      unmarshal(in);
      return BooleanValue.TRUE;
    } catch (BuiltinException _) {
      return BooleanValue.FALSE;
    }
  }

  private static Value marshal(Operands in) {
    StringBuilder out = new StringBuilder();
    write(in, in.value(0), 0, out);
    return StringValue.of(out.toString());
  }

  /// Writes a value from the current line on, and ends the line.
  private static void write(Operands in, Value value, int indent, StringBuilder out) {
    in.budget().characters(indent + 16L);
    switch (value) {
      case ObjectValue object when object.size() > 0 -> {
        for (int i = 0; i < object.size(); i++) {
          if (i > 0) {
            out.append(" ".repeat(indent));
          }
          Value key = object.keyAt(i);
          out.append(
              text(in, key instanceof StringValue text ? text.text() : in.budget().text(key)));
          out.append(':');
          below(in, object.valueAt(i), indent, out);
        }
      }
      case ArrayValue array when array.size() > 0 -> writeItems(in, array.items(), indent, out);
      case SetValue set when set.size() > 0 -> writeItems(in, set.items(), indent, out);
      case SetValue _ -> out.append("[]\n");
      case StringValue string -> out.append(text(in, string.text())).append('\n');
      default -> out.append(value).append('\n');
    }
  }

  private static void writeItems(Operands in, List<Value> items, int indent, StringBuilder out) {
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) {
        out.append(" ".repeat(indent));
      }
      out.append("- ");
      write(in, items.get(i), indent + 2, out);
    }
  }

  private static void below(Operands in, Value value, int indent, StringBuilder out) {
    boolean object = value instanceof ObjectValue members && members.size() > 0;
    boolean items =
        (value instanceof ArrayValue array && array.size() > 0)
            || (value instanceof SetValue set && set.size() > 0);
    if (!object && !items) {
      out.append(' ');
      write(in, value, indent, out);
      return;
    }
    int inner = object ? indent + 2 : indent;
    out.append('\n').append(" ".repeat(inner));
    write(in, value, inner, out);
  }

  /// Plain where it reads back as the same text, quoted otherwise.
  private static String text(Operands in, String text) {
    in.budget().steps(text.length());
    in.budget().characters(text.length());
    boolean plain =
        !text.isEmpty()
            && Character.isLetter(text.charAt(0))
            && text.chars().allMatch(c -> Character.isLetterOrDigit(c) || "_-./ ".indexOf(c) >= 0)
            && !text.endsWith(" ");
    try {
      if (plain && YamlReader.read(text).equals(StringValue.of(text))) {
        return text;
      }
    } catch (YamlReader.YamlException _) {
      // Quoted, then.
    }
    return StringValue.of(text).toString();
  }
}
