package io.vouchsafe.rego.internal.builtin;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.BooleanValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.SetValue;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Values as JSON text, in one line or many, as Go writes it: members by name, `<`, `>` and `&`
/// escaped.
final class JsonTexts {
  private static final String DEFAULT_INDENT = "\t";

  private JsonTexts() {}

  static void write(Operands in, Value value, StringBuilder out) throws BuiltinException {
    new Writer(in, out, null, "").write(value, "");
  }

  /// @param options `pretty`, `indent`, `prefix`; the last two make it pretty unless it says not
  static String pretty(Operands in, Value value, ObjectValue options) throws BuiltinException {
    String indent = DEFAULT_INDENT;
    String prefix = "";
    boolean pretty = false;
    boolean chosen = false;
    for (int i = 0; i < options.size(); i++) {
      String name = options.keyAt(i) instanceof StringValue text ? text.text() : "";
      Value option = options.valueAt(i);
      switch (name) {
        case "indent" -> indent = text(name, option);
        case "prefix" -> prefix = text(name, option);
        case "pretty" -> {
          if (!(option instanceof BooleanValue bool)) {
            throw BuiltinException.operand(1, "key \"pretty\" failed cast to bool");
          }
          pretty = bool.value();
          chosen = true;
        }
        default ->
            throw BuiltinException.operand(1, "object contained unknown key " + options.keyAt(i));
      }
    }
    boolean lines = chosen ? pretty : options.size() > 0;
    StringBuilder out = new StringBuilder(lines ? prefix : "");
    new Writer(in, out, lines ? indent : null, prefix).write(value, "");
    return out.toString();
  }

  private static String text(String name, Value option) throws BuiltinException {
    if (option instanceof StringValue text) {
      return text.text();
    }
    throw BuiltinException.operand(1, "key \"" + name + "\" failed cast to string");
  }

  private record Writer(
      Operands in,
      StringBuilder out,
      @org.jspecify.annotations.Nullable String indent,
      String prefix) {

    void write(Value value, String inset) throws BuiltinException {
      in.budget().step();
      switch (value) {
        case ArrayValue array -> items(array.items(), inset);
        case SetValue set -> items(set.items(), inset);
        case ObjectValue object -> members(object, inset);
        case StringValue text -> string(text.text());
        default -> value.write(out);
      }
      in.budget().characters(inset.length() + 1L);
    }

    private void items(List<Value> items, String inset) throws BuiltinException {
      out.append('[');
      String inner = indent == null ? inset : inset + indent;
      for (int i = 0; i < items.size(); i++) {
        out.append(i == 0 ? "" : ",");
        line(inner);
        write(items.get(i), inner);
      }
      if (!items.isEmpty()) {
        line(inset);
      }
      out.append(']');
    }

    private void members(ObjectValue object, String inset) throws BuiltinException {
      TreeMap<String, Value> members = new TreeMap<>();
      for (int i = 0; i < object.size(); i++) {
        members.put(name(object.keyAt(i)), object.valueAt(i));
      }
      out.append('{');
      String inner = indent == null ? inset : inset + indent;
      boolean first = true;
      for (Map.Entry<String, Value> member : members.entrySet()) {
        out.append(first ? "" : ",");
        first = false;
        line(inner);
        string(member.getKey());
        out.append(indent == null ? ":" : ": ");
        write(member.getValue(), inner);
      }
      if (!first) {
        line(inset);
      }
      out.append('}');
    }

    private String name(Value key) throws BuiltinException {
      if (key instanceof StringValue text) {
        return text.text();
      }
      StringBuilder text = new StringBuilder();
      JsonTexts.write(in, key, text);
      return text.toString();
    }

    private void line(String inset) {
      if (indent != null) {
        out.append('\n').append(prefix).append(inset);
      }
    }

    private void string(String text) {
      out.append('"');
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        switch (c) {
          case '"' -> out.append("\\\"");
          case '\\' -> out.append("\\\\");
          case '\n' -> out.append("\\n");
          case '\r' -> out.append("\\r");
          case '\t' -> out.append("\\t");
          case '\b' -> out.append("\\b");
          case '\f' -> out.append("\\f");
          default -> {
            if (c < ' ' || c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029) {
              out.append("\\u").append(HexFormat.of().toHexDigits(c));
            } else {
              out.append(c);
            }
          }
        }
      }
      out.append('"');
    }
  }
}
