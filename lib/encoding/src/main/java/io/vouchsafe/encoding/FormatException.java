package io.vouchsafe.encoding;

import io.vouchsafe.verdict.Code;
import java.util.Objects;

/// Input that does not parse. Checked on purpose: the caller decides what malformed input means.
public final class FormatException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Code code;
  private final long offset;
  private final String expected;
  private final String found;

  /// @param code [Code#MALFORMED], [Code#OVERSIZED], [Code#UNSUPPORTED_VERSION] or
  ///   [Code#UNSUPPORTED_ALGORITHM]
  /// @param offset byte offset in the input at which reading failed
  /// @param expected what should have stood there
  /// @param found what stood there
  public FormatException(Code code, long offset, String expected, String found) {
    super("at byte %d: expected %s, found %s".formatted(offset, expected, found));
    this.code = Objects.requireNonNull(code, "code");
    this.offset = offset;
    this.expected = Objects.requireNonNull(expected, "expected");
    this.found = Objects.requireNonNull(found, "found");
  }

  /// Malformed input at `offset`.
  public static FormatException malformed(long offset, String expected, String found) {
    return new FormatException(Code.MALFORMED, offset, expected, found);
  }

  /// Input beyond a bound.
  public static FormatException oversized(long offset, String expected, String found) {
    return new FormatException(Code.OVERSIZED, offset, expected, found);
  }

  public Code code() {
    return code;
  }

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
