package io.vouchsafe.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.toml.TomlFactory;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// TOML 1.0 text to the JSON model, and the little TOML that is written here. Dates and times
/// become text; infinities and NaN have no JSON form and are refused.
public final class Toml {
  private static final int MAX_BYTES = 2 << 20;
  private static final int MAX_DEPTH = 32;

  /// Brackets inside of strings count too, so this is generous: policies are full of them.
  private static final int MAX_OPEN_BRACKETS = 512;

  private static final int MAX_DOTS = 4096;

  private Toml() {}

  /// Parses a document.
  ///
  /// @throws FormatException if it is not UTF-8, not TOML, or beyond a bound
  public static Json.Obj parse(Bytes text) throws FormatException {
    if (text.size() > MAX_BYTES) {
      throw FormatException.oversized(
          0, "TOML of at most " + MAX_BYTES + " bytes", text.size() + " bytes");
    }
    String decoded = decode(text);
    refuseDeepNesting(decoded);
    try (JsonParser parser = new TomlFactory().createParser(decoded)) {
      parser.nextToken();
      return value(parser, 0).asObject("document");
    } catch (JsonProcessingException e) {
      var where = e.getLocation();
      throw FormatException.malformed(
          where == null ? 0 : Math.max(0, where.getCharOffset()),
          "TOML",
          String.valueOf(e.getOriginalMessage()));
    } catch (IOException e) {
      throw FormatException.malformed(0, "TOML", String.valueOf(e.getMessage()));
    }
  }

  private static String decode(Bytes text) throws FormatException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(text.toByteArray()))
          .toString();
    } catch (CharacterCodingException _) {
      throw FormatException.malformed(0, "UTF-8", "another encoding");
    }
  }

  /// The parser behind recurses for every bracket and every dotted key. Runs of either that no
  /// honest document has are refused before it sees them.
  private static void refuseDeepNesting(String text) throws FormatException {
    int open = 0;
    int dots = 0;
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '[', '{' -> open++;
        case ']', '}' -> open = Math.max(0, open - 1);
        case '.' -> dots++;
        case '\n', '=' -> dots = 0;
        default -> {}
      }
      if (open > MAX_OPEN_BRACKETS || dots > MAX_DOTS) {
        throw FormatException.oversized(i, "TOML nested at most " + MAX_DEPTH + " deep", "more");
      }
    }
  }

  private static Json value(JsonParser parser, int depth) throws IOException, FormatException {
    if (depth > MAX_DEPTH) {
      throw FormatException.oversized(0, "TOML nested at most " + MAX_DEPTH + " deep", "more");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, Json> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          members.put(name, value(parser, depth + 1));
        }
        yield Json.object(members);
      }
      case START_ARRAY -> {
        List<Json> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(value(parser, depth + 1));
        }
        yield Json.array(items);
      }
      case VALUE_STRING -> Json.of(parser.getText());
      case VALUE_TRUE -> Json.TRUE;
      case VALUE_FALSE -> Json.FALSE;
      case VALUE_NUMBER_INT -> new Json.Num(parser.getText());
      case VALUE_NUMBER_FLOAT -> number(parser.getText());
      default ->
          throw FormatException.malformed(0, "a TOML value", String.valueOf(parser.currentToken()));
    };
  }

  private static Json number(String text) throws FormatException {
    try {
      return new Json.Num(text);
    } catch (NumberFormatException _) {
      throw FormatException.malformed(0, "a finite number", text);
    }
  }

  /// A TOML string of `value`: a literal block if it can be one, so that people can read it.
  static String string(String value) {
    if (value.contains("\n") && isLiteral(value)) {
      return "'''\n" + value + "'''";
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        case '\r' -> quoted.append("\\r");
        default -> {
          if (c < ' ' || c == 0x7f) {
            quoted.append("\\u%04x".formatted((int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  private static boolean isLiteral(String value) {
    return !value.contains("''")
        && !value.endsWith("'")
        && value.chars().allMatch(c -> c == '\n' || c == '\t' || (c >= ' ' && c != 0x7f));
  }
}
