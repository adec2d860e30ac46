package io.vouchsafe.encoding;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Collects text as UTF-8, so that it need not be made as text first.
final class Utf8Writer {
  private byte[] bytes;
  private int size;

  /// @param expected how many bytes it will probably be
  Utf8Writer(int expected) {
    bytes = new byte[expected];
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, more)));
    }
  }

  /// A character of ASCII.
  void ascii(char c) {
    room(1);
    bytes[size++] = (byte) c;
  }

  /// A text of ASCII.
  void ascii(String text) {
    ascii(text, 0, text.length());
  }

  /// A part of a text that is ASCII.
  @SuppressWarnings("deprecation") // The one call that copies without encoding, which ASCII allows.
  void ascii(String text, int from, int to) {
    room(to - from);
    text.getBytes(from, to, bytes, size);
    size += to - from;
  }

  /// Takes a text if it is ASCII in which JSON escapes nothing, such as base64. Looks at it with
  /// what the JDK and its compiler run on many characters at a time.
  ///
  /// @return false if it is not, and nothing was taken
  @SuppressWarnings("deprecation") // As above; a wider character shows in the comparison.
  boolean asciiWithoutEscapes(String text) {
    if (text.indexOf('"') >= 0 || text.indexOf('\\') >= 0) {
      return false;
    }
    int length = text.length();
    room(length);
    text.getBytes(0, length, bytes, size);
    int least = Byte.MAX_VALUE;
    for (int i = size; i < size + length; i++) {
      least = Math.min(least, bytes[i]);
    }
    if (least < ' ' || !new String(bytes, size, length, StandardCharsets.ISO_8859_1).equals(text)) {
      return false;
    }
    size += length;
    return true;
  }

  /// A part of a text. A lone surrogate is written as a question mark.
  void text(String text, int from, int to) {
    byte[] encoded = text.substring(from, to).getBytes(StandardCharsets.UTF_8);
    room(encoded.length);
    System.arraycopy(encoded, 0, bytes, size, encoded.length);
    size += encoded.length;
  }

  /// What is UTF-8 already.
  void bytes(byte[] utf8) {
    room(utf8.length);
    System.arraycopy(utf8, 0, bytes, size, utf8.length);
    size += utf8.length;
  }

  /// What was written. Nothing more is written afterwards.
  byte[] toByteArray() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }
}
