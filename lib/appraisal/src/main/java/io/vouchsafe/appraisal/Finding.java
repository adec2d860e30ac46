package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/// What one check of an appraisal or a release policy came to.
///
/// @param result the check and what was compared
/// @param code why it failed; present exactly if it failed
/// @param used the reference value that matched, where one did
public record Finding(CheckResult result, Optional<Code> code, Optional<ReferenceValue> used) {

  public Finding {
    Objects.requireNonNull(result, "result");
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(used, "used");
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
  /// remedy where it says more than the catalogue, and the provenance of what it was compared with.
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
    used.ifPresent(entry ->
        object.put(
            "reference",
            Json.object()
                .put("name", entry.name())
                .put("provenance", entry.provenance().text())
                .put("origin", entry.origin())
                .build()));
    return object.build();
  }
}
