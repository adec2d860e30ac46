package io.vouchsafe.encoding;

import java.nio.charset.StandardCharsets;

/// Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing beyond U+10FFFF.
final class Utf8 {
  private Utf8() {}

  /// Text of `raw` from `from` to `to`.
  ///
  /// @param offset where `raw[from]` lies in the outermost input, for errors
  static String decode(byte[] raw, int from, int to, long offset) throws FormatException {
    require(raw, from, to, offset);
    return new String(raw, from, to - from, StandardCharsets.UTF_8);
  }

  /// Demands that `raw` from `from` to `to` is UTF-8.
  static void require(byte[] raw, int from, int to, long offset) throws FormatException {
    int i = from;
    while (i < to) {
      int lead = raw[i] & 0xff;
      if (lead < 0x80) {
        i++;
        continue;
      }
      i += sequence(raw, i, to, offset + i - from);
    }
  }

  private static int sequence(byte[] raw, int at, int to, long offset) throws FormatException {
    int lead = raw[at] & 0xff;
    int length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || at + length > to) {
      throw FormatException.malformed(offset, "UTF-8", "byte " + lead);
    }
    int point = lead & (0x7f >> length);
    for (int k = 1; k < length; k++) {
      int next = raw[at + k] & 0xff;
      if ((next & 0xc0) != 0x80) {
        throw FormatException.malformed(offset + k, "UTF-8", "byte " + next);
      }
      point = point << 6 | next & 0x3f;
    }
    boolean shortest = point >= (length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000);
    boolean surrogate = point >= 0xd800 && point <= 0xdfff;
    if (!shortest || surrogate || point > 0x10ffff) {
      throw FormatException.malformed(offset, "UTF-8", "code point " + point);
    }
    return length;
  }

  /// Where `text` has a surrogate without its other half, or -1.
  static int loneSurrogate(String text) {
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
        return i;
      }
      i++;
    }
    return -1;
  }
}
