package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Locale;

/// A document as Intel's service sends it: `{"NAME":{…},"signature":"…"}`. The signature is over
/// the bytes of the member as they were received (specs/evidence-x86 §4.6).
///
/// @param signed the bytes that are signed
/// @param content what they say
/// @param signature r and s, 64 bytes
record SignedDocument(Bytes signed, Json.Obj content, Bytes signature) {
  private static final JsonLimits LIMITS = new JsonLimits(256 << 10, 16, 50_000, 20);
  private static final int SIGNATURE = 64;
  private static final int TIME = "2025-01-01T00:00:00Z".length();

  static SignedDocument parse(Bytes text, String name) throws FormatException {
    Json.Obj document = Json.parseObject(text, LIMITS);
    Json.Obj content = document.object(name);
    Bytes signature = Bytes.fromHex(document.string("signature"));
    if (signature.size() != SIGNATURE) {
      throw FormatException.unexpected(
          "a signature of " + SIGNATURE + " bytes", signature.size() + "");
    }
    int index = new ArrayList<>(document.members().keySet()).indexOf(name);
    return new SignedDocument(member(text, index), content, signature);
  }

  /// The bytes of the value of a member of an object that is known to be well-formed.
  private static Bytes member(Bytes text, int index) {
    int at = skipSpace(text, 0) + 1; // behind the brace
    for (int i = 0; ; i++) {
      at = skipSpace(text, skipValue(text, skipSpace(text, at))) + 1; // behind the colon
      int from = skipSpace(text, at);
      int to = skipValue(text, from);
      if (i == index) {
        return text.slice(from, to);
      }
      at = skipSpace(text, to) + 1; // behind the comma
    }
  }

  private static int skipSpace(Bytes text, int from) {
    int at = from;
    while (" \t\r\n".indexOf(text.at(at)) >= 0) {
      at++;
    }
    return at;
  }

  /// The end of the value that starts at `from`.
  private static int skipValue(Bytes text, int from) {
    int depth = 0;
    boolean quoted = false;
    for (int at = from; ; at++) {
      int c = text.at(at);
      if (quoted) {
        if (c == '\\') {
          at++;
        } else if (c == '"') {
          quoted = false;
        }
      } else if (c == '"') {
        quoted = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
      }
      boolean closed = !quoted && depth == 0 && (c == '"' || c == '}' || c == ']');
      if (closed) {
        return at + 1;
      }
      if (depth == 0 && !quoted && ",:} \t\r\n".indexOf(text.at(at + 1)) >= 0) {
        return at + 1; // a number or a literal
      }
    }
  }

  boolean isSignedBy(P256Key key) {
    return key.signed(signed, signature);
  }

  /// A time of a document: seconds, UTC.
  static Instant time(Json.Obj object, String name) throws FormatException {
    String text = object.string(name);
    if (text.length() != TIME || !text.endsWith("Z")) {
      throw FormatException.unexpected(name + " as 2025-01-01T00:00:00Z", text);
    }
    try {
      return DateTimeFormatter.ISO_INSTANT.parse(text, Instant::from);
    } catch (DateTimeException _) {
      throw FormatException.unexpected(name + " as 2025-01-01T00:00:00Z", text);
    }
  }

  /// Bytes of a document: hexadecimal of either case.
  static Bytes hex(Json.Obj object, String name, int size) throws FormatException {
    String text = object.string(name).toLowerCase(Locale.ROOT);
    Bytes value = Bytes.fromHex(text);
    if (value.size() != size) {
      throw FormatException.unexpected(name + " of " + size + " bytes", value.size() + " bytes");
    }
    return value;
  }

  /// An integer of a document.
  static int integer(Json.Obj object, String name, int max) throws FormatException {
    long value = object.integer(name);
    if (value < 0 || value > max) {
      throw FormatException.unexpected(name + " from 0 to " + max, value + "");
    }
    return (int) value;
  }
}
