package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.rego.Value;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.Optional;

/// One entry under a name: what an appraisal may accept, until when, and who says so.
///
/// @param name what is compared, for example `tpm_pcr04`
/// @param value the value; an array stands for each of its items
/// @param expires from this instant on the entry does not count
/// @param provenance predicted, recorded or declared
/// @param origin who or what brought it, in words for operators
/// @param source the signed file that it came with, if it came with one
public record ReferenceValue(
    String name,
    Json value,
    Instant expires,
    Provenance provenance,
    String origin,
    Optional<ReferenceSource> source) {
  /// Longest name, in characters.
  public static final int MAX_NAME = 256;

  /// Longest origin, in characters.
  public static final int MAX_ORIGIN = 1024;

  private static final String SOURCE = "source";

  public ReferenceValue {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(expires, "expires");
    Objects.requireNonNull(provenance, "provenance");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(source, "source");
    if (name.isEmpty() || name.length() > MAX_NAME) {
      throw new IllegalArgumentException("name of 1 to " + MAX_NAME + " characters: " + name);
    }
    if (origin.length() > MAX_ORIGIN) {
      throw new IllegalArgumentException("origin longer than " + MAX_ORIGIN + " characters");
    }
  }

  /// A value that came with no signed file.
  public ReferenceValue(
      String name, Json value, Instant expires, Provenance provenance, String origin) {
    this(name, value, expires, provenance, origin, Optional.empty());
  }

  /// Parses `{name, value, expires, provenance, origin, source}`; `expires` is RFC 3339, `origin`
  /// and `source` may be absent.
  ///
  /// @throws FormatException if a member is missing or of the wrong form
  public static ReferenceValue parse(Json.Obj entry) throws FormatException {
    String name = entry.string("name");
    if (name.isEmpty() || name.length() > MAX_NAME) {
      throw FormatException.malformed(0, "a name of 1 to " + MAX_NAME + " characters", name);
    }
    String origin = entry.optionalString("origin").orElse("");
    if (origin.length() > MAX_ORIGIN) {
      throw FormatException.oversized(
          0, "an origin of at most " + MAX_ORIGIN + " characters", origin.length() + " characters");
    }
    return new ReferenceValue(
        name,
        entry.require("value"),
        instant(entry.string("expires")),
        Provenance.parse(entry.string("provenance")),
        origin,
        entry.present(SOURCE).isEmpty()
            ? Optional.empty()
            : Optional.of(ReferenceSource.parse(entry.object(SOURCE))));
  }

  /// Reads RFC 3339.
  ///
  /// @throws FormatException if it is no instant
  public static Instant instant(String text) throws FormatException {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException _) {
      throw FormatException.malformed(0, "an instant as 2026-01-01T00:00:00Z", '"' + text + '"');
    }
  }

  /// The form that [#parse(Json.Obj)] reads.
  public Json.Obj json() {
    return Json.object()
        .put("name", name)
        .put("value", value)
        .put("expires", expires.toString())
        .put("provenance", provenance.text())
        .put("origin", origin)
        .putIf(SOURCE, source.map(ReferenceSource::json))
        .build();
  }

  /// The same value, from that file.
  public ReferenceValue from(ReferenceSource file) {
    return new ReferenceValue(name, value, expires, provenance, origin, Optional.of(file));
  }

  /// The same value, of which nobody says what file it came with.
  public ReferenceValue withoutSource() {
    return new ReferenceValue(name, value, expires, provenance, origin);
  }

  /// This value, if it can be registered: policies take numbers of so many digits and no more.
  ///
  /// @throws FormatException if one is beyond that
  public ReferenceValue usable() throws FormatException {
    Value.of(value);
    return this;
  }

  /// Whether the entry counts at `at`.
  public boolean inForce(Instant at) {
    return at.isBefore(expires);
  }
}
