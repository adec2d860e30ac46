package io.vouchsafe.rego;

import java.util.Objects;

/// Text.
public final class StringValue implements Value {
  private final String text;

  private StringValue(String text) {
    this.text = text;
  }

  public static StringValue of(String text) {
    return new StringValue(Objects.requireNonNull(text, "text"));
  }

  public String text() {
    return text;
  }

  @Override
  public int rank() {
    return 3;
  }

  @Override
  public String typeName() {
    return "string";
  }

  /// Each 64 characters count as one value.
  @Override
  public int weight() {
    return 1 + (text.length() >> 6);
  }

  @Override
  public int compareSameKind(Value other) {
    return compareCodePoints(text, ((StringValue) other).text);
  }

  /// By code point, which is the order of the UTF-8 bytes; UTF-16 units differ above U+FFFF.
  private static int compareCodePoints(String a, String b) {
    int end = Math.min(a.length(), b.length());
    for (int i = 0; i < end; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean highX = Character.isSurrogate(x);
        return highX == Character.isSurrogate(y) ? x - y : highX ? 1 : -1;
      }
    }
    return a.length() - b.length();
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof StringValue string && text.equals(string.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public void write(StringBuilder out) {
    quote(text, out);
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder(text.length() + 2);
    write(out);
    return out.toString();
  }

  static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20 || c == 0x7f) {
            out.append("\\u00")
                .append(Character.forDigit(c >> 4, 16))
                .append(Character.forDigit(c & 15, 16));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
