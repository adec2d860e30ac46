package io.vouchsafe.appraisal.corim;

import io.vouchsafe.encoding.Cbor;
import io.vouchsafe.encoding.FormatException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/// From when to when something counts (`validity-map`).
///
/// @param notBefore empty: since ever
/// @param notAfter the last instant at which it counts
public record Validity(Optional<Instant> notBefore, Instant notAfter) {
  private static final long NOT_BEFORE = 0;
  private static final long NOT_AFTER = 1;
  private static final long EPOCH_TIME = 1;

  static Validity parse(Cbor item) throws FormatException {
    Cbor.Dict map = item.asMap("validity");
    Optional<Cbor> start = map.get(NOT_BEFORE);
    return new Validity(
        start.isPresent() ? Optional.of(time(start.get())) : Optional.empty(),
        time(map.require(NOT_AFTER)));
  }

  /// Seconds since 1970, tagged or not: the draft wants the tag, older manifests lack it.
  private static Instant time(Cbor item) throws FormatException {
    Cbor seconds =
        item instanceof Cbor.Tagged(long tag, Cbor content) && tag == EPOCH_TIME ? content : item;
    try {
      return Instant.ofEpochSecond(seconds.asInteger("seconds since 1970"));
    } catch (DateTimeException _) {
      throw FormatException.unexpected("seconds since 1970", seconds.toString());
    }
  }

  /// Whether it has begun at `at`.
  boolean hasBegun(Instant at) {
    return notBefore.isEmpty() || !at.isBefore(notBefore.get());
  }

  /// Whether it is over at `at`.
  boolean isOver(Instant at) {
    return at.isAfter(notAfter);
  }
}
