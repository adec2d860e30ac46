package io.vouchsafe.encoding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Text to [Json] and back, on jackson-core's streaming parser.
final class JsonText {
  private static final int MAX_NAME_LENGTH = 50_000;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNestingDepth(1_000)
                  .maxNameLength(MAX_NAME_LENGTH)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final JsonParser parser;
  private final JsonLimits limits;
  private int nodes;

  private JsonText(JsonParser parser, JsonLimits limits) {
    this.parser = parser;
    this.limits = limits;
  }

  static Json parse(Bytes text, JsonLimits limits) throws FormatException {
    if (text.size() > limits.maxBytes()) {
      throw FormatException.oversized(
          0, "JSON of at most " + limits.maxBytes() + " bytes", text.size() + " bytes");
    }
    requireUtf8(text);
    try (JsonParser parser = FACTORY.createParser(text.raw())) {
      JsonText reader = new JsonText(parser, limits);
      if (parser.nextToken() == null) {
        throw FormatException.malformed(0, "a JSON value", "nothing");
      }
      Json value = reader.value(0);
      if (parser.nextToken() != null) {
        throw FormatException.malformed(reader.at(), "end of the JSON text", "more");
      }
      return value;
    } catch (StreamConstraintsException e) {
      throw FormatException.oversized(offset(e), "JSON within bounds", e.getOriginalMessage());
    } catch (JsonParseException e) {
      throw FormatException.malformed(offset(e), "strict JSON", firstLine(e));
    } catch (JsonProcessingException e) {
      throw FormatException.malformed(offset(e), "strict JSON", firstLine(e));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  /// jackson-core looks at bytes leniently in places (overlong forms, surrogates in UTF-8), and
  /// takes UTF-16 and UTF-32 by guess. Only UTF-8 counts here.
  private static void requireUtf8(Bytes text) throws FormatException {
    byte[] raw = text.raw();
    int i = 0;
    while (i < raw.length) {
      int lead = raw[i] & 0xff;
      if (lead == 0) {
        throw FormatException.malformed(i, "UTF-8 text without NUL", "NUL");
      }
      if (lead < 0x80) {
        i++;
        continue;
      }
      int length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
      if (lead < 0xc2 || lead > 0xf4 || i + length > raw.length) {
        throw FormatException.malformed(i, "UTF-8", "byte " + lead);
      }
      int point = lead & (0x7f >> length);
      for (int k = 1; k < length; k++) {
        int next = raw[i + k] & 0xff;
        if ((next & 0xc0) != 0x80) {
          throw FormatException.malformed(i + k, "UTF-8", "byte " + next);
        }
        point = point << 6 | next & 0x3f;
      }
      boolean shortest = point >= (length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000);
      boolean surrogate = point >= 0xd800 && point <= 0xdfff;
      if (!shortest || surrogate || point > 0x10ffff) {
        throw FormatException.malformed(i, "UTF-8", "code point " + point);
      }
      i += length;
    }
    if (raw.length >= 3
        && raw[0] == (byte) 0xef
        && raw[1] == (byte) 0xbb
        && raw[2] == (byte) 0xbf) {
      throw FormatException.malformed(0, "JSON without byte order mark", "byte order mark");
    }
  }

  private Json value(int depth) throws IOException, FormatException {
    if (++nodes > limits.maxNodes()) {
      throw FormatException.oversized(
          at(), "at most " + limits.maxNodes() + " JSON values", "more");
    }
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> object(depth + 1);
      case START_ARRAY -> array(depth + 1);
      case VALUE_STRING -> new Json.Str(wellFormed(parser.getText()));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number();
      case VALUE_TRUE -> Json.TRUE;
      case VALUE_FALSE -> Json.FALSE;
      case VALUE_NULL -> Json.NULL;
      case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw FormatException.malformed(at(), "a JSON value", token.name());
    };
  }

  private Json number() throws IOException, FormatException {
    String text = parser.getText();
    if (text.length() > limits.maxNumberLength()) {
      throw FormatException.oversized(
          at(), "a number of at most " + limits.maxNumberLength() + " characters", "a longer one");
    }
    try {
      return new Json.Num(text);
    } catch (NumberFormatException _) {
      throw FormatException.malformed(at(), "a number", text); // exponent beyond 32 bits
    }
  }

  private Json object(int depth) throws IOException, FormatException {
    deeper(depth);
    Map<String, Json> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = wellFormed(parser.currentName());
      nodes++;
      parser.nextToken();
      members.put(name, value(depth));
    }
    return Json.object(members);
  }

  private Json array(int depth) throws IOException, FormatException {
    deeper(depth);
    List<Json> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(depth));
    }
    return new Json.Arr(items);
  }

  private void deeper(int depth) throws FormatException {
    if (depth > limits.maxDepth()) {
      throw FormatException.oversized(
          at(), "at most " + limits.maxDepth() + " levels of nesting", "more");
    }
  }

  private String wellFormed(String text) throws FormatException {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (!pair) {
        throw FormatException.malformed(at(), "whole code points", "a lone surrogate");
      }
      i++;
    }
    return text;
  }

  private long at() {
    return Math.max(0, parser.currentTokenLocation().getByteOffset());
  }

  private static long offset(JsonProcessingException e) {
    return e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
  }

  private static String firstLine(JsonProcessingException e) {
    String message = e.getOriginalMessage();
    int end = message.indexOf('\n');
    String line = end < 0 ? message : message.substring(0, end);
    return line.length() <= 120 ? line : line.substring(0, 120) + "…";
  }

  static String compact(Json value) {
    StringBuilder out = new StringBuilder();
    write(value, out, false);
    return out.toString();
  }

  static String canonical(Json value) {
    StringBuilder out = new StringBuilder();
    write(value, out, true);
    return out.toString();
  }

  private static void write(Json value, StringBuilder out, boolean canonical) {
    switch (value) {
      case Json.Null _ -> out.append("null");
      case Json.Bool(boolean bool) -> out.append(bool);
      case Json.Str(String text) -> quote(text, out);
      case Json.Num number -> out.append(canonical ? ecmaScript(number) : number.text());
      case Json.Arr(List<Json> items) -> {
        out.append('[');
        String separator = "";
        for (Json item : items) {
          out.append(separator);
          write(item, out, canonical);
          separator = ",";
        }
        out.append(']');
      }
      case Json.Obj object -> {
        // TreeMap compares strings by UTF-16 code units, which is what RFC 8785 §3.2.3 asks for.
        Map<String, Json> members = canonical ? new TreeMap<>(object.members()) : object.members();
        out.append('{');
        String separator = "";
        for (Map.Entry<String, Json> member : members.entrySet()) {
          out.append(separator);
          quote(member.getKey(), out);
          out.append(':');
          write(member.getValue(), out, canonical);
          separator = ",";
        }
        out.append('}');
      }
    }
  }

  /// RFC 8785 §3.2.2.2: the two-character escapes where JSON has one, a hexadecimal escape for the
  /// other control characters, everything else as it is.
  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\f' -> out.append("\\f");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < 0x20) {
            out.append("\\u00").append(Character.forDigit(c >> 4, 16));
            out.append(Character.forDigit(c & 15, 16));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /// ECMA-262 §6.1.6.1.20 Number::toString for radix 10. `Double.toString` gives the shortest
  /// digits since JDK 19; only the layout differs.
  private static String ecmaScript(Json.Num number) {
    double value = number.value().doubleValue();
    if (Double.isInfinite(value)) {
      throw new IllegalStateException("no finite double: " + number.text());
    }
    if (value == 0) {
      return "0";
    }
    java.math.BigDecimal shortest = new java.math.BigDecimal(Double.toString(Math.abs(value)));
    String digits = shortest.unscaledValue().toString().replaceAll("0+$", "");
    int k = digits.length();
    int n = shortest.precision() - shortest.scale();
    StringBuilder out = new StringBuilder(value < 0 ? "-" : "");
    if (k <= n && n <= 21) {
      out.append(digits).append("0".repeat(n - k));
    } else if (0 < n && n <= 21) {
      out.append(digits, 0, n).append('.').append(digits, n, k);
    } else if (-6 < n && n <= 0) {
      out.append("0.").append("0".repeat(-n)).append(digits);
    } else {
      out.append(digits, 0, 1);
      if (k > 1) {
        out.append('.').append(digits, 1, k);
      }
      out.append('e').append(n - 1 < 0 ? "-" : "+").append(Math.abs(n - 1));
    }
    return out.toString();
  }
}
