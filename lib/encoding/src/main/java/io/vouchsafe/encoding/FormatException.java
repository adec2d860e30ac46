package io.vouchsafe.encoding;

import io.vouchsafe.verdict.Code;
import java.util.Locale;
import java.util.Objects;

/// Input that does not parse. Checked on purpose: the caller decides what malformed input means.
///
/// The texts may quote input, so they are made safe to print: control characters are escaped (a
/// terminal or a log must not obey the input) and the length is bounded.
public final class FormatException extends Exception {
  /// The offset of an error that belongs to a value, not to a place in the text.
  public static final long NO_OFFSET = -1;

  private static final long serialVersionUID = 1L;
  private static final int MAX_TEXT = 300;

  private final Code code;
  private final long offset;
  private final String expected;
  private final String found;

  /// @param code [Code#MALFORMED], [Code#OVERSIZED], [Code#UNSUPPORTED_VERSION] or
  ///   [Code#UNSUPPORTED_ALGORITHM]
  /// @param offset byte offset in the input at which reading failed, or [#NO_OFFSET]
  /// @param expected what should have stood there
  /// @param found what stood there
  public FormatException(Code code, long offset, String expected, String found) {
    super(
        (offset < 0 ? "" : "at byte " + offset + ": ")
            + "expected "
            + printable(expected)
            + ", found "
            + printable(found));
    this.code = Objects.requireNonNull(code, "code");
    this.offset = Math.max(NO_OFFSET, offset);
    this.expected = printable(expected);
    this.found = printable(found);
  }

  private static String printable(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length() && i < MAX_TEXT; i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return text.length() > MAX_TEXT ? out.append('…').toString() : out.toString();
  }

  /// Malformed input at `offset`.
  public static FormatException malformed(long offset, String expected, String found) {
    return new FormatException(Code.MALFORMED, offset, expected, found);
  }

  /// A value that was read but is not what it should be.
  public static FormatException unexpected(String expected, String found) {
    return new FormatException(Code.MALFORMED, NO_OFFSET, expected, found);
  }

  /// Input beyond a bound.
  public static FormatException oversized(long offset, String expected, String found) {
    return new FormatException(Code.OVERSIZED, offset, expected, found);
  }

  public Code code() {
    return code;
  }

  /// Where reading failed, in bytes from the start of the input; [#NO_OFFSET] if the error belongs
  /// to a value that was read before.
  public long offset() {
    return offset;
  }

  public String expected() {
    return expected;
  }

  public String found() {
    return found;
  }
}
