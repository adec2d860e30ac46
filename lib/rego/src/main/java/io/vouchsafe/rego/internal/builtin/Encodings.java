package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.ANY;
import static io.vouchsafe.rego.internal.builtin.Type.BOOLEAN;
import static io.vouchsafe.rego.internal.builtin.Type.OBJECT;
import static io.vouchsafe.rego.internal.builtin.Type.STRING;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.BooleanValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.SetValue;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Base64, hexadecimal, query strings and JSON text.
final class Encodings {
  private static final List<Type> TEXT = List.of(STRING);

  private Encodings() {}

  static void register(Family family) {
    family
        .function("base64.encode", TEXT, STRING, in -> encode(in, Base64.getEncoder()))
        .function("base64.decode", TEXT, STRING, in -> text(in, fromUtf8(base64(in.string(0)))))
        .function("base64.is_valid", List.of(ANY), BOOLEAN, Encodings::isBase64)
        .function("base64url.encode", TEXT, STRING, in -> encode(in, Base64.getUrlEncoder()))
        .function(
            "base64url.encode_no_pad",
            TEXT,
            STRING,
            in -> encode(in, Base64.getUrlEncoder().withoutPadding()))
        .function("base64url.decode", TEXT, STRING, Encodings::decodeUrl)
        .function("hex.encode", TEXT, STRING, in -> text(in, hex(in.string(0))))
        .function("hex.decode", TEXT, STRING, Encodings::fromHex);
    family
        .function("uri.is_valid", List.of(ANY), BOOLEAN, Encodings::isUri)
        .function("urlquery.encode", TEXT, STRING, in -> text(in, query(in.string(0))))
        .function("urlquery.decode", TEXT, STRING, in -> text(in, fromQuery(in.string(0))))
        .function("urlquery.encode_object", List.of(OBJECT), STRING, Encodings::queryOf)
        .function("urlquery.decode_object", TEXT, OBJECT, Encodings::parameters);
    family
        .function("json.marshal", List.of(ANY), STRING, Encodings::marshal)
        .function("json.unmarshal", TEXT, ANY, in -> unmarshal(in, in.string(0)))
        .function("json.is_valid", TEXT, BOOLEAN, Encodings::isJson)
        .function("json.marshal_with_options", List.of(ANY, OBJECT), STRING, Encodings::pretty);
  }

  private static Value text(Operands in, String text) {
    return Strings.text(in, text);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Value encode(Operands in, Base64.Encoder encoder) throws BuiltinException {
    return text(in, encoder.encodeToString(utf8(in.string(0))));
  }

  /// Line breaks do not count, padding is not optional.
  private static byte[] base64(String text) throws BuiltinException {
    return decode(text, Base64.getDecoder());
  }

  private static byte[] decode(String text, Base64.Decoder decoder) throws BuiltinException {
    String bare = text.replace("\n", "").replace("\r", "");
    try {
      if (bare.length() % 4 == 0) {
        return decoder.decode(bare);
      }
    } catch (IllegalArgumentException _) {
      // As for a wrong length.
    }
    throw BuiltinException.failed("illegal base64 data");
  }

  /// Padding is optional, where there are no line breaks.
  private static Value decodeUrl(Operands in) throws BuiltinException {
    String text = in.string(0);
    String padded =
        switch (text.endsWith("=") ? 0 : text.length() % 4) {
          case 2 -> text + "==";
          case 3 -> text + "=";
          default -> text;
        };
    return text(in, fromUtf8(decode(padded, Base64.getUrlDecoder())));
  }

  private static Value isBase64(Operands in) {
    if (!(in.value(0) instanceof StringValue text)) {
      return BooleanValue.FALSE;
    }
    try {
      base64(text.text());
      return BooleanValue.TRUE;
    } catch (BuiltinException _) {
      return BooleanValue.FALSE;
    }
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(utf8(text));
  }

  private static Value fromHex(Operands in) throws BuiltinException {
    for (char c : in.string(0).toCharArray()) {
      if (!HexFormat.isHexDigit(c)) {
        throw BuiltinException.failed(
            String.format(Locale.ROOT, "encoding/hex: invalid byte: U+%04X '%c'", (int) c, c));
      }
    }
    try {
      return text(in, fromUtf8(HexFormat.of().parseHex(in.string(0))));
    } catch (IllegalArgumentException e) {
      throw BuiltinException.failed("encoding/hex: " + e.getMessage());
    }
  }

  /// Text of bytes; what is no UTF-8 becomes the replacement character.
  static String fromUtf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Value isUri(Operands in) {
    if (!(in.value(0) instanceof StringValue text)) {
      return BooleanValue.FALSE;
    }
    try {
      return BooleanValue.of(!new URI(text.text()).toString().isEmpty());
    } catch (URISyntaxException _) {
      return BooleanValue.FALSE;
    }
  }

  /// Go's form: `*` is escaped, `~` is not, a space is `+`.
  private static String query(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("*", "%2A").replace("%7E", "~");
  }

  private static String fromQuery(String text) throws BuiltinException {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw BuiltinException.failed("invalid URL escape: " + e.getMessage());
    }
  }

  private static Value queryOf(Operands in) throws BuiltinException {
    ObjectValue object = in.object(0);
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < object.size(); i++) {
      if (!(object.keyAt(i) instanceof StringValue key)) {
        throw in.wrong(0, "object with string keys");
      }
      String name = query(key.text());
      switch (object.valueAt(i)) {
        case StringValue value -> pairs.add(name + "=" + query(value.text()));
        case ArrayValue values -> addAll(pairs, name, values.items());
        case SetValue values -> addAll(pairs, name, values.items());
        default ->
            throw BuiltinException.operand(
                0, "values must be string, array[string], or set[string]");
      }
    }
    return text(in, String.join("&", pairs));
  }

  private static void addAll(List<String> pairs, String name, List<Value> values)
      throws BuiltinException {
    for (Value value : values) {
      if (!(value instanceof StringValue text)) {
        throw BuiltinException.operand(0, "values must be string, array[string], or set[string]");
      }
      pairs.add(name + "=" + query(text.text()));
    }
  }

  private static Value parameters(Operands in) throws BuiltinException {
    Map<String, List<Value>> values = new TreeMap<>();
    for (String pair : in.string(0).split("&")) {
      in.budget().cells(1);
      if (pair.indexOf(';') >= 0) {
        throw BuiltinException.failed("invalid semicolon separator in query");
      }
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = fromQuery(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : fromQuery(pair.substring(equals + 1));
        values.computeIfAbsent(name, _ -> new ArrayList<>()).add(text(in, value));
      }
    }
    ObjectValue.Builder object = new ObjectValue.Builder(values.size());
    values.forEach((name, list) -> object.put(name, ArrayValue.of(list)));
    return object.build();
  }

  private static Value marshal(Operands in) throws BuiltinException {
    StringBuilder out = new StringBuilder();
    JsonTexts.write(in, in.value(0), out);
    return text(in, out.toString());
  }

  static Value unmarshal(Operands in, String text) throws BuiltinException {
    try {
      in.budget().cells(text.length());
      return Value.of(Json.parse(Bytes.utf8(text), JsonLimits.DOCUMENT));
    } catch (FormatException e) {
      throw BuiltinException.failed(String.valueOf(e.getMessage()));
    }
  }

  private static Value isJson(Operands in) throws BuiltinException {
    try {
      unmarshal(in, in.string(0));
      return BooleanValue.TRUE;
    } catch (BuiltinException _) {
      return BooleanValue.FALSE;
    }
  }

  private static Value pretty(Operands in) throws BuiltinException {
    return text(in, JsonTexts.pretty(in, in.value(0), in.object(1)));
  }

  static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException _) {
      return false;
    }
  }
}
