package io.vouchsafe.encoding;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;

/// An immutable byte string: public data only, see [SecretBytes] for the rest. Text form:
/// lower-case hexadecimal.
public final class Bytes implements Comparable<Bytes> {
  /// The empty byte string.
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private static final HexFormat HEX = HexFormat.of();

  private final byte[] value;

  private Bytes(byte[] value) {
    this.value = value;
  }

  /// A copy of `value`.
  public static Bytes of(byte... value) {
    return value.length == 0 ? EMPTY : new Bytes(value.clone());
  }

  /// A copy of the part of `value` that starts at `offset` and is `length` bytes long.
  ///
  /// @throws IndexOutOfBoundsException if there is no such part
  public static Bytes of(byte[] value, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, value.length);
    return new Bytes(Arrays.copyOfRange(value, offset, offset + length));
  }

  /// `value` itself, which nobody else knows.
  static Bytes own(byte[] value) {
    return new Bytes(value);
  }

  /// UTF-8 of `text`.
  public static Bytes utf8(String text) {
    return new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /// `length` zero bytes.
  public static Bytes zeros(int length) {
    return new Bytes(new byte[length]);
  }

  /// Parses hexadecimal of either case, without prefix or separators.
  ///
  /// @throws FormatException if the length is odd or a character is no hexadecimal digit
  public static Bytes fromHex(String text) throws FormatException {
    // By hand: three times as fast as HexFormat, and evidence is full of it.
    byte[] value = new byte[text.length() / 2];
    int invalid = text.length() % 2;
    for (int i = 0; i < value.length; i++) {
      int high = hexDigit(text.charAt(2 * i));
      int low = hexDigit(text.charAt(2 * i + 1));
      invalid |= (high | low) >>> 4;
      value[i] = (byte) (high << 4 | low);
    }
    if (invalid != 0) {
      throw FormatException.unexpected(
          "hexadecimal digits, an even number of them", abbreviate(text));
    }
    return new Bytes(value);
  }

  private static int hexDigit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  /// Parses base64 of RFC 4648 §4 with padding. Line breaks, missing padding and non-zero pad bits
  /// are errors.
  ///
  /// @throws FormatException if the text is not canonical base64
  public static Bytes fromBase64(String text) throws FormatException {
    return strict(text, Base64.getDecoder(), Base64.getEncoder(), "base64 with padding");
  }

  /// Parses base64url of RFC 4648 §5 without padding.
  ///
  /// @throws FormatException if the text is not canonical base64url
  public static Bytes fromBase64Url(String text) throws FormatException {
    return strict(
        text,
        Base64.getUrlDecoder(),
        Base64.getUrlEncoder().withoutPadding(),
        "base64url without padding");
  }

  private static Bytes strict(
      String text, Base64.Decoder decoder, Base64.Encoder encoder, String expected)
      throws FormatException {
    byte[] decoded;
    try {
      decoded = decoder.decode(text);
    } catch (IllegalArgumentException _) {
      throw FormatException.unexpected(expected, abbreviate(text));
    }
    // One value has one text here. The decoder takes only characters of its alphabet, but any
    // amount
    // of padding and pad bits that are not zero: all of that shows in the length and the last
    // group.
    int whole = decoded.length / 3;
    byte[] rest = Arrays.copyOfRange(decoded, whole * 3, decoded.length);
    String tail = encoder.encodeToString(rest);
    if (text.length() != whole * 4 + tail.length() || !text.endsWith(tail)) {
      throw FormatException.unexpected(expected, abbreviate(text));
    }
    return new Bytes(decoded);
  }

  private static String abbreviate(String text) {
    return text.length() <= 32 ? "\"" + text + "\"" : "\"" + text.substring(0, 32) + "…\"";
  }

  public int size() {
    return value.length;
  }

  public boolean isEmpty() {
    return value.length == 0;
  }

  /// The byte at `index`, 0 to 255.
  public int at(int index) {
    return value[index] & 0xff;
  }

  /// The part from `from` (inclusive) to `to` (exclusive).
  public Bytes slice(int from, int to) {
    return new Bytes(Arrays.copyOfRange(value, from, checkEnd(from, to)));
  }

  private int checkEnd(int from, int to) {
    if (from < 0 || to < from || to > value.length) {
      throw new IndexOutOfBoundsException(from + ".." + to + " of " + value.length);
    }
    return to;
  }

  /// This, followed by `other`.
  public Bytes concat(Bytes other) {
    byte[] joined = Arrays.copyOf(value, value.length + other.value.length);
    System.arraycopy(other.value, 0, joined, value.length, other.value.length);
    return new Bytes(joined);
  }

  /// Zero-padded at the end, or cut at the end, to `length` bytes: how digests are fitted into the
  /// fields of hardware reports.
  public Bytes fit(int length) {
    return new Bytes(Arrays.copyOf(value, length));
  }

  /// A copy of the bytes.
  public byte[] toByteArray() {
    return value.clone();
  }

  /// A read-only view, without copying.
  public ByteBuffer asBuffer() {
    return ByteBuffer.wrap(value).asReadOnlyBuffer();
  }

  /// Feeds the bytes to `digest`, without copying.
  public void update(MessageDigest digest) {
    digest.update(value);
  }

  /// The bytes without a copy, for parsers of this module only.
  byte[] raw() {
    return value;
  }

  /// Compares in a time that depends on the lengths only.
  public boolean matches(Bytes other) {
    return MessageDigest.isEqual(value, other.value);
  }

  public String hex() {
    return HEX.formatHex(value);
  }

  /// RFC 4648 §4, padded.
  public String base64() {
    return Base64.getEncoder().encodeToString(value);
  }

  /// RFC 4648 §5, unpadded.
  public String base64Url() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(value);
  }

  /// The bytes as UTF-8 text; invalid sequences become U+FFFD, so only for display.
  public String utf8Lossy() {
    return new String(value, StandardCharsets.UTF_8);
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(value, other.value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && Arrays.equals(value, bytes.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return hex();
  }
}
