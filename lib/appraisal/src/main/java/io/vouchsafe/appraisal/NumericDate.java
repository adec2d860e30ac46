package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.time.Instant;
import java.util.Optional;

/// Times in the claims of tokens (RFC 7519 §2): whole seconds since 1970, written as such. Readers
/// that take `1e9` or `1.0` for a time and those that do not would see two tokens.
public final class NumericDate {
  /// Year 9999: later instants are nonsense and would overflow arithmetic on dates.
  private static final long LAST_SECOND = 253_402_300_799L;

  private NumericDate() {}

  /// The time of a claim that must be there.
  ///
  /// @throws FormatException if it is missing or no such time
  public static Instant of(Json.Obj claims, String name) throws FormatException {
    if (claims.require(name) instanceof Json.Num number
        && !number.text().chars().allMatch(it -> it == '-' || it >= '0' && it <= '9')) {
      throw FormatException.malformed(0, "whole seconds as \"" + name + '"', number.text());
    }
    long seconds = claims.integer(name);
    if (seconds < 0 || seconds > LAST_SECOND) {
      throw FormatException.malformed(0, "seconds since 1970 as \"" + name + '"', "" + seconds);
    }
    return Instant.ofEpochSecond(seconds);
  }

  /// The time of a claim that may be absent.
  ///
  /// @throws FormatException if it is there and no such time
  public static Optional<Instant> ofOptional(Json.Obj claims, String name) throws FormatException {
    return claims.present(name).isPresent() ? Optional.of(of(claims, name)) : Optional.empty();
  }
}
