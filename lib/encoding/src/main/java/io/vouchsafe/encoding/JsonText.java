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
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Text to [Json] and back, on jackson-core's streaming parser.
final class JsonText {
  private static final int MAX_NAME_LENGTH = 50_000;

  /// From so many characters on, several fast looks at a text beat one slow one.
  private static final int LONG = 64;

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
  private final boolean plain;
  private int nodes;

  private JsonText(JsonParser parser, JsonLimits limits, boolean plain) {
    this.parser = parser;
    this.limits = limits;
    this.plain = plain;
  }

  static Json parse(Bytes text, JsonLimits limits) throws FormatException {
    if (text.size() > limits.maxBytes()) {
      throw FormatException.oversized(
          0, "JSON of at most " + limits.maxBytes() + " bytes", text.size() + " bytes");
    }
    boolean plain = isPlain(text.raw());
    if (!plain) {
      requireUtf8(text);
    }
    try (JsonParser parser = FACTORY.createParser(text.raw())) {
      JsonText reader = new JsonText(parser, limits, plain);
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

  /// Whether the text is ASCII without escapes and NUL, as evidence is: then nothing in it can be
  /// wrong with its characters, and the slow looks at every one are saved. The calls here are those
  /// that the JDK runs on many bytes at a time.
  private static boolean isPlain(byte[] raw) {
    String ascii = new String(raw, StandardCharsets.US_ASCII);
    return ascii.indexOf('\uFFFD') < 0 && ascii.indexOf('\\') < 0 && ascii.indexOf('\0') < 0;
  }

  /// jackson-core looks at bytes leniently in places (overlong forms, surrogates in UTF-8), and
  /// takes UTF-16 and UTF-32 by guess. Only UTF-8 counts here, and no NUL and no byte order mark.
  private static void requireUtf8(Bytes text) throws FormatException {
    byte[] raw = text.raw();
    if (raw.length >= 3
        && raw[0] == (byte) 0xef
        && raw[1] == (byte) 0xbb
        && raw[2] == (byte) 0xbf) {
      throw FormatException.malformed(0, "JSON without byte order mark", "byte order mark");
    }
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] == 0) {
        throw FormatException.malformed(i, "UTF-8 text without NUL", "NUL");
      }
    }
    Utf8.require(raw, 0, raw.length, 0);
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
    LinkedHashMap<String, Json> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = wellFormed(parser.currentName());
      nodes++;
      parser.nextToken();
      members.put(name, value(depth));
    }
    return Json.Obj.of(members);
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
    if (!plain && Utf8.loneSurrogate(text) >= 0) {
      throw FormatException.malformed(at(), "whole code points", "a lone surrogate");
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

  static byte[] compact(Json value) {
    return written(value, false);
  }

  static String canonical(Json value) {
    return new String(written(value, true), StandardCharsets.UTF_8);
  }

  private static byte[] written(Json value, boolean canonical) {
    Utf8Writer out = new Utf8Writer(plainLength(value));
    write(value, out, canonical);
    return out.toByteArray();
  }

  /// The length of a value whose texts are all ASCII and need no escapes: that of most. So they are
  /// written into an array that is neither too short nor too long.
  private static int plainLength(Json value) {
    return switch (value) {
      case Json.Null _ -> "null".length();
      case Json.Bool(boolean bool) -> (bool ? "true" : "false").length();
      case Json.Str(String text) -> text.length() + 2;
      case Json.Num number -> number.text().length();
      case Json.Arr(List<Json> items) -> {
        int length = Math.max(2, items.size() + 1);
        for (Json item : items) {
          length += plainLength(item);
        }
        yield length;
      }
      case Json.Obj object -> {
        int length = Math.max(2, object.members().size() + 1);
        for (Map.Entry<String, Json> member : object.members().entrySet()) {
          length += member.getKey().length() + 3 + plainLength(member.getValue());
        }
        yield length;
      }
    };
  }

  private static void write(Json value, Utf8Writer out, boolean canonical) {
    switch (value) {
      case Json.Null _ -> out.ascii("null");
      case Json.Bool(boolean bool) -> out.ascii(bool ? "true" : "false");
      case Json.Str(String text) -> quote(text, out, canonical);
      case Json.Num number -> out.ascii(canonical ? ecmaScript(number) : number.text());
      case Json.Arr(List<Json> items) -> {
        out.ascii('[');
        boolean more = false;
        for (Json item : items) {
          if (more) {
            out.ascii(',');
          }
          write(item, out, canonical);
          more = true;
        }
        out.ascii(']');
      }
      case Json.Obj object -> object(object, out, canonical);
    }
  }

  private static void object(Json.Obj object, Utf8Writer out, boolean canonical) {
    byte[] kept = object.text();
    if (kept != null && !canonical) {
      out.bytes(kept);
      return;
    }
    // TreeMap compares strings by UTF-16 code units, which is what RFC 8785 §3.2.3 asks for.
    Map<String, Json> members = canonical ? new TreeMap<>(object.own()) : object.own();
    out.ascii('{');
    boolean more = false;
    for (Map.Entry<String, Json> member : members.entrySet()) {
      if (more) {
        out.ascii(',');
      }
      quote(member.getKey(), out, canonical);
      out.ascii(':');
      write(member.getValue(), out, canonical);
      more = true;
    }
    out.ascii('}');
  }

  /// RFC 8785 §3.2.2.2: the two-character escapes where JSON has one, a hexadecimal escape for the
  /// other control characters, everything else as it is.
  private static void quote(String text, Utf8Writer out, boolean canonical) {
    if (canonical && Utf8.loneSurrogate(text) >= 0) {
      // It would be written as a question mark, and two values would share one canonical form.
      throw new IllegalStateException("a lone surrogate has no canonical form");
    }
    out.ascii('"');
    if (text.length() >= LONG && out.asciiWithoutEscapes(text)) {
      out.ascii('"');
      return;
    }
    // Texts are mostly plain: runs without an escape are written as a whole.
    int plain = 0;
    int all = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x20 && c != '"' && c != '\\') {
        all |= c;
        continue;
      }
      run(text, plain, i, all, out);
      plain = i + 1;
      all = 0;
      escape(c, out);
    }
    run(text, plain, text.length(), all, out);
    out.ascii('"');
  }

  /// @param all the bits of its characters
  private static void run(String text, int from, int to, int all, Utf8Writer out) {
    if (all < 0x80) {
      out.ascii(text, from, to);
    } else {
      out.text(text, from, to);
    }
  }

  private static void escape(char c, Utf8Writer out) {
    switch (c) {
      case '"' -> out.ascii("\\\"");
      case '\\' -> out.ascii("\\\\");
      case '\b' -> out.ascii("\\b");
      case '\t' -> out.ascii("\\t");
      case '\n' -> out.ascii("\\n");
      case '\f' -> out.ascii("\\f");
      case '\r' -> out.ascii("\\r");
      default -> {
        out.ascii("\\u00");
        out.ascii(Character.forDigit(c >> 4, 16));
        out.ascii(Character.forDigit(c & 15, 16));
      }
    }
  }

  /// ECMA-262 §6.1.6.1.20 Number::toString for radix 10. What is too large for a double keeps all
  /// its digits: one such number in a document is no reason to have no form of the document.
  private static String ecmaScript(Json.Num number) {
    double value = number.value().doubleValue();
    if (value == 0) {
      return "0";
    }
    BigDecimal shortest =
        Double.isInfinite(value) ? number.value().abs() : shortest(Math.abs(value));
    String written = shortest.unscaledValue().toString();
    // A scale may lie at either end of an int.
    long n = (long) written.length() - shortest.scale();
    String digits = withoutTrailingZeros(written);
    int k = digits.length();
    StringBuilder out = new StringBuilder(value < 0 ? "-" : "");
    if (k <= n && n <= 21) {
      out.append(digits).append("0".repeat((int) n - k));
    } else if (0 < n && n <= 21) {
      out.append(digits, 0, (int) n).append('.').append(digits, (int) n, k);
    } else if (-6 < n && n <= 0) {
      out.append("0.").append("0".repeat((int) -n)).append(digits);
    } else {
      out.append(digits, 0, 1);
      if (k > 1) {
        out.append('.').append(digits, 1, k);
      }
      out.append('e').append(n - 1 < 0 ? "-" : "+").append(Math.abs(n - 1));
    }
    return out.toString();
  }

  private static String withoutTrailingZeros(String digits) {
    int end = digits.length();
    while (end > 1 && digits.charAt(end - 1) == '0') {
      end--;
    }
    return digits.substring(0, end);
  }

  /// The decimal with the fewest digits that reads back as `value`, and of those the closest one.
  /// `Double.toString` gives it since JDK 19, but never with less than two digits: it writes the
  /// smallest double as 4.9E-324 where ECMAScript has 5e-324.
  private static BigDecimal shortest(double value) {
    BigDecimal two = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (two.precision() != 2) {
      return two;
    }
    BigDecimal one = two.round(new MathContext(1, RoundingMode.HALF_EVEN));
    return one.doubleValue() == value ? one.stripTrailingZeros() : two;
  }
}
