package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/// What one check of an appraisal or a release policy came to.
///
/// @param result the check and what was compared
/// @param code why it failed; present exactly if it failed
/// @param used the reference value that matched, where one did
/// @param compared what it was compared with where none matched, the nearest first; of a policy in
///   Rego what it looked up
public record Finding(
    CheckResult result,
    Optional<Code> code,
    Optional<ReferenceValue> used,
    List<Compared> compared) {

  /// Longest value that is recorded, in characters of JSON.
  static final int MAX_VALUE = 4096;

  /// A name of reference values, and what it had.
  ///
  /// @param entries those that were in force; where none was, those that had been
  public record Compared(String name, List<ReferenceValue> entries) {
    public Compared {
      Objects.requireNonNull(name, "name");
      entries = List.copyOf(entries);
    }

    /// The form in the decision record.
    Json.Obj json() {
      return Json.object()
          .put("name", name)
          .put("entries", Json.array(entries.stream().map(Finding::entry).toList()))
          .build();
    }
  }

  public Finding {
    Objects.requireNonNull(result, "result");
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(used, "used");
    compared = List.copyOf(compared);
    if (code.isPresent() != (result.outcome() == CheckResult.Outcome.FAILED)) {
      throw new IllegalArgumentException("a code goes with a failed check: " + result);
    }
  }

  /// Whether the check failed.
  public boolean failed() {
    return code.isPresent();
  }

  /// The refusal that a failed check stands for.
  public Optional<Refusal> refusal() {
    return code.map(
        why -> new Refusal(result.check(), why, result.expected(), result.found(), remedy(why)));
  }

  /// What is missing has a name, which is what the reader needs.
  private String remedy(Code why) {
    return isMissingValue(why)
        ? "Register " + result.expected() + ". " + why.remedy()
        : why.remedy();
  }

  private boolean isMissingValue(Code why) {
    return why == Code.NO_REFERENCE_VALUE && result.expected().startsWith(Findings.MISSING);
  }

  /// For the decision record: check, outcome, expected (where it is not what was found), found, the
  /// remedy where it says more than the catalogue, and what it was compared with, with provenance,
  /// end, and origin or signed file.
  public Json.Obj json() {
    Json.ObjBuilder object =
        Json.object()
            .put("check", result.check())
            .put("outcome", result.outcome().name().toLowerCase(Locale.ROOT));
    code.ifPresent(why -> object.put("code", why.name()));
    if (!result.expected().equals(result.found())) {
      object.put("expected", result.expected());
    }
    object.put("found", result.found());
    // Others are in the catalogue, under the code.
    code.filter(this::isMissingValue).ifPresent(why -> object.put("remedy", remedy(why)));
    used.ifPresent(entry -> object.put("reference", matched(entry)));
    if (!compared.isEmpty()) {
      object.put("compared", Json.array(compared.stream().map(Compared::json).toList()));
    }
    return object.build();
  }

  /// The entry that matched; of a list only the item that did.
  private Json.Obj matched(ReferenceValue entry) {
    return entry.value() instanceof Json.Arr
        ? named(entry).with("value", Json.of(result.found()))
        : entry(entry);
  }

  private static Json.Obj entry(ReferenceValue entry) {
    Json.Obj json = named(entry);
    int size = entry.value().compact().length();
    return size <= MAX_VALUE
        ? json
        : json.with("value", Json.NULL).with("value_size", Json.of(size));
  }

  /// Without what its signed file says as well: the store keeps that under its digest, and every
  /// record would repeat the inputs of a build for each of its values.
  private static Json.Obj named(ReferenceValue entry) {
    return entry.source().isPresent() ? entry.json().without("origin") : entry.json();
  }
}
