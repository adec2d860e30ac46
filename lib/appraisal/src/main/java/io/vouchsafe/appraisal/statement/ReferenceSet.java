package io.vouchsafe.appraisal.statement;

import io.vouchsafe.appraisal.ReferenceSource;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.tpm.HashAlg;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Reference values that belong together, under a name and a version, with where they come from.
///
/// @param kind what a build said, or what a tenant had
/// @param name of the set; the same for all releases of one thing
/// @param version grows with each release
/// @param issued when it was made, whole seconds
/// @param expires until when it counts, whole seconds. The values of a statement end then; the
///   values of a bundle have ends of their own, and only the taking of it ends then
/// @param tool what made it, with its version
/// @param facts what the tool was asked: for a prediction the kind of TEE and the options
/// @param inputs what the values were computed from; none for a bundle
/// @param values at least one
public record ReferenceSet(
    Kind kind,
    String name,
    long version,
    Instant issued,
    Instant expires,
    String tool,
    Json.Obj facts,
    List<Input> inputs,
    List<ReferenceValue> values) {
  /// Most values of one set.
  public static final int MAX_VALUES = 10_000;

  /// Most inputs of one set.
  public static final int MAX_INPUTS = 1024;

  /// Longest life of one set: ten years.
  public static final Duration MAX_LIFE = Duration.ofDays(3_653);

  /// Longest name of a tool, role or file.
  public static final int MAX_TEXT = 4096;

  /// What a set is.
  public enum Kind {
    /// What one build predicts of itself: one value of each name.
    STATEMENT("urn:vouchsafe:predicate:reference-values:v1"),
    /// What a tenant had: a value of a name may have others beside it.
    BUNDLE("urn:vouchsafe:predicate:reference-value-bundle:v1");

    private final String predicateType;

    Kind(String predicateType) {
      this.predicateType = predicateType;
    }

    /// The predicate type of the in-toto statement.
    public String predicateType() {
      return predicateType;
    }
  }

  /// What a value was computed from.
  ///
  /// @param role what it is for the launch
  /// @param file its name, or the text itself
  /// @param sha256 of its content
  public record Input(String role, String file, Bytes sha256) {
    public Input {
      Objects.requireNonNull(role, "role");
      Objects.requireNonNull(file, "file");
      Objects.requireNonNull(sha256, "sha256");
    }

    /// `{"role","file","sha256"}`.
    public Json.Obj json() {
      return Json.object().put("role", role).put("file", file).put("sha256", sha256.hex()).build();
    }
  }

  public ReferenceSet {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(issued, "issued");
    Objects.requireNonNull(expires, "expires");
    Objects.requireNonNull(tool, "tool");
    Objects.requireNonNull(facts, "facts");
    inputs = List.copyOf(inputs);
    values = List.copyOf(values);
  }

  /// Two values that cannot both be meant.
  ///
  /// @param name of both
  /// @param reason why not, in words
  public record Contradiction(String name, String reason) {}

  /// The first contradiction: a build that predicts two values of one thing, or a bundle that has
  /// one value twice, with different ends or origins.
  public Optional<Contradiction> contradiction() {
    Map<String, ReferenceValue> known = new HashMap<>();
    for (ReferenceValue value : values) {
      String key =
          switch (kind) {
            case STATEMENT -> value.name();
            case BUNDLE -> value.name() + "=" + value.value().canonical();
          };
      if (known.put(key, value) != null) {
        return Optional.of(
            new Contradiction(
                value.name(),
                switch (kind) {
                  case STATEMENT -> "two values of " + value.name();
                  case BUNDLE -> "one value of " + value.name() + " twice";
                }));
      }
    }
    return Optional.empty();
  }

  /// The in-toto statement that is signed, in canonical form: the same set gives the same bytes.
  Bytes payload() {
    List<Json> subject = new ArrayList<>();
    Json.ObjBuilder predicate =
        Json.object()
            .put("name", name)
            .put("version", version)
            .put("issued", issued.toString())
            .put("expires", expires.toString())
            .put("tool", tool)
            .put("facts", facts)
            .put("values", Json.array(values.stream().map(this::entry).toList()));
    switch (kind) {
      case STATEMENT -> {
        inputs.forEach(input -> subject.add(subject(input.role(), input.sha256())));
        predicate.put("inputs", Json.array(inputs.stream().map(Input::json).toList()));
      }
      case BUNDLE -> subject.add(subject(name, digestOfValues()));
    }
    return Bytes.utf8(
        Json.object()
            .put("_type", SignedReferenceSet.STATEMENT_TYPE)
            .put("subject", Json.array(subject))
            .put("predicateType", kind.predicateType())
            .put("predicate", predicate.build())
            .build()
            .canonical());
  }

  /// SHA-256 of what is signed, hexadecimal: names the set. Ends and origins of a statement's
  /// single values do not count, its own end does.
  public String digest() {
    return HashAlg.SHA256.digest(payload()).hex();
  }

  private static Json.Obj subject(String name, Bytes sha256) {
    return Json.object()
        .put("name", name)
        .put("digest", Json.object().put("sha256", sha256.hex()).build())
        .build();
  }

  /// What stands for a bundle where in-toto wants an artifact.
  Bytes digestOfValues() {
    Json list = Json.array(values.stream().map(this::entry).toList());
    return HashAlg.SHA256.digest(Bytes.utf8(list.canonical()));
  }

  private Json.Obj entry(ReferenceValue value) {
    return switch (kind) {
      // End and origin are those of the statement.
      case STATEMENT ->
          Json.object()
              .put("name", value.name())
              .put("value", value.value())
              .put("provenance", value.provenance().text())
              .build();
      case BUNDLE -> value.json();
    };
  }

  /// Where the values come from, in words.
  String origin(String brought) {
    StringBuilder text = new StringBuilder(brought);
    for (Input input : inputs) {
      text.append(", ").append(input.role()).append(" sha256:").append(input.sha256());
    }
    return text.length() <= ReferenceValue.MAX_ORIGIN
        ? text.toString()
        : text.substring(0, ReferenceValue.MAX_ORIGIN);
  }

  /// Checks what a caller put together before it is signed.
  ///
  /// @throws FormatException if a reader would refuse it
  void requireSound() throws FormatException {
    ReferenceSource.setName(name);
    ReferenceSource.version(version);
    SignedReferenceSet.requireLife(issued, expires);
    SignedReferenceSet.requireCount("values", values.size(), MAX_VALUES);
    Optional<Contradiction> contradiction = contradiction();
    if (contradiction.isPresent()) {
      throw FormatException.unexpected(
          "values that do not contradict each other", contradiction.get().reason());
    }
  }
}
