package io.vouchsafe.evidence.azure;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.List;

/// Byte strings as the shapes of the evidence write them.
final class EnvelopeText {
  private static final int BYTE = 0xff;

  private EnvelopeText() {}

  /// Either alphabet of base64, padded or not: guests write each of them. One text still has one
  /// value.
  static Bytes base64(String text) throws FormatException {
    int end = text.length();
    while (end > 0 && text.length() - end < 2 && text.charAt(end - 1) == '=') {
      end--;
    }
    if (end < text.length() && text.length() % 4 != 0) {
      throw FormatException.unexpected("base64", "wrong padding");
    }
    return Bytes.fromBase64Url(text.substring(0, end).replace('+', '-').replace('/', '_'));
  }

  static Bytes base64(Json.Obj in, String name, int max) throws FormatException {
    String text = in.string(name);
    bound(name, (text.length() + 3) / 4 * 3 - 2, max);
    return base64(text);
  }

  static Bytes hex(Json.Obj in, String name, int max) throws FormatException {
    String text = in.string(name);
    bound(name, text.length() / 2, max);
    return Bytes.fromHex(text);
  }

  /// An array of numbers from 0 to 255.
  static Bytes numbers(Json in, String name, int max) throws FormatException {
    List<Json> items = in.asArray(name);
    bound(name, items.size(), max);
    byte[] value = new byte[items.size()];
    for (int i = 0; i < value.length; i++) {
      long item = items.get(i).asInteger(name);
      if (item < 0 || item > BYTE) {
        throw FormatException.unexpected("0 to 255 in " + name, Long.toString(item));
      }
      value[i] = (byte) item;
    }
    return Bytes.of(value);
  }

  private static void bound(String name, int size, int max) throws FormatException {
    if (size > max) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET,
          name + " of at most " + max + " bytes",
          "at least " + size + " bytes");
    }
  }
}
