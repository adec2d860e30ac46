package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.Objects;
import java.util.Optional;

/// The signed file that a reference value came with.
///
/// @param set name of the statement or bundle
/// @param version of the same, from 1
/// @param statement SHA-256 of what was signed, hexadecimal
/// @param signer SHA-256 of the key that signed it, hexadecimal
/// @param from where a bundle says that it had the value from: believed as far as its signer is
public record ReferenceSource(
    String set, long version, String statement, String signer, Optional<ReferenceSource> from) {
  /// How often a value can be passed on from bundle to bundle.
  public static final int MAX_DEPTH = 4;

  /// Longest name of a set, in characters.
  public static final int MAX_NAME = 128;

  /// Highest version: what every reader of JSON has exactly.
  public static final long MAX_VERSION = 1L << 53;

  private static final int DIGEST = 64;

  public ReferenceSource {
    Objects.requireNonNull(set, "set");
    Objects.requireNonNull(statement, "statement");
    Objects.requireNonNull(signer, "signer");
    Objects.requireNonNull(from, "from");
  }

  /// Parses `{set, version, statement, signer, from?}`.
  ///
  /// @throws FormatException if a member is missing or of the wrong form
  public static ReferenceSource parse(Json.Obj source) throws FormatException {
    return parse(source, MAX_DEPTH);
  }

  private static ReferenceSource parse(Json.Obj source, int depth) throws FormatException {
    if (depth == 0) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET, "at most " + MAX_DEPTH + " sources", "more");
    }
    Optional<ReferenceSource> from =
        source.present("from").isEmpty()
            ? Optional.empty()
            : Optional.of(parse(source.object("from"), depth - 1));
    return new ReferenceSource(
        setName(source.string("set")),
        version(source.integer("version")),
        digest(source.string("statement")),
        digest(source.string("signer")),
        from);
  }

  /// A name of a set: letters, digits, `.`, `_`, `-` and `/`.
  ///
  /// @throws FormatException if `name` is none
  public static String setName(String name) throws FormatException {
    boolean plain =
        !name.isEmpty()
            && name.length() <= MAX_NAME
            && name.chars()
                .allMatch(c ->
                    c >= 'a' && c <= 'z'
                        || c >= 'A' && c <= 'Z'
                        || c >= '0' && c <= '9'
                        || "._-/".indexOf(c) >= 0);
    if (!plain) {
      throw FormatException.unexpected(
          "a name of 1 to " + MAX_NAME + " letters, digits and . _ - /", name);
    }
    return name;
  }

  /// A version of a set.
  ///
  /// @throws FormatException if `version` is none
  public static long version(long version) throws FormatException {
    if (version < 1 || version > MAX_VERSION) {
      throw FormatException.unexpected("a version of 1 to " + MAX_VERSION, "" + version);
    }
    return version;
  }

  /// A SHA-256 digest in lower-case hexadecimal.
  ///
  /// @throws FormatException if `hex` is none
  public static String digest(String hex) throws FormatException {
    boolean digest =
        hex.length() == DIGEST
            && hex.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
    if (!digest) {
      throw FormatException.unexpected("a SHA-256 digest in lower-case hexadecimal", hex);
    }
    return hex;
  }

  /// The form that [#parse] reads.
  public Json.Obj json() {
    return Json.object()
        .put("set", set)
        .put("version", version)
        .put("statement", statement)
        .put("signer", signer)
        .putIf("from", from.map(ReferenceSource::json))
        .build();
  }

  /// What can be passed on: with at most [#MAX_DEPTH] sources, the oldest left out.
  public ReferenceSource after(ReferenceSource earlier) {
    return new ReferenceSource(
        set, version, statement, signer, Optional.of(earlier.cut(MAX_DEPTH - 1)));
  }

  private ReferenceSource cut(int depth) {
    return new ReferenceSource(
        set,
        version,
        statement,
        signer,
        depth <= 1 ? Optional.empty() : from.map(it -> it.cut(depth - 1)));
  }
}
