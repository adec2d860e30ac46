package io.vouchsafe.trust.collateral;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;

/// Text in which bytes are written as `%XX`: how Intel's services put certificates into headers. A
/// plus sign is a plus sign (specs/evidence-x86 §4.10).
final class PercentText {
  private PercentText() {}

  /// Decodes `text`.
  ///
  /// @param max how many bytes it may have
  /// @throws FormatException if an escape is cut or none, or a character is not ASCII
  static Bytes decode(String text, int max) throws FormatException {
    if (text.length() > 3 * max) {
      throw tooLong(max);
    }
    byte[] decoded = new byte[text.length()];
    int size = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        if (i + 3 > text.length()) {
          throw FormatException.malformed(i, "two hexadecimal digits", "the end");
        }
        decoded[size++] = (byte) Bytes.fromHex(text.substring(i + 1, i + 3)).at(0);
        i += 2;
      } else if (c < 0x80) {
        decoded[size++] = (byte) c;
      } else {
        throw FormatException.malformed(i, "ASCII", "another character");
      }
    }
    if (size > max) {
      throw tooLong(max);
    }
    return Bytes.of(decoded, 0, size);
  }

  private static FormatException tooLong(int max) {
    return FormatException.oversized(
        FormatException.NO_OFFSET, "at most " + max + " bytes", "more");
  }
}
