package io.vouchsafe.appraisal.why;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.CheckResult.Outcome;
import io.vouchsafe.verdict.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A check, and what it stood on.
///
/// @param stage where it belongs
/// @param submodule whose evidence it is about, as `cpu0`; empty if of none
/// @param result the check and what it came to
/// @param code why it failed, as recorded; a guest may name one that is not known here
/// @param basis what it stood on, where that was recorded
public record ExplainedCheck(
    Stage stage, String submodule, CheckResult result, Optional<String> code, List<Basis> basis) {
  private static final String NOT_CHECKED = "not-checked";

  public ExplainedCheck {
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(submodule, "submodule");
    Objects.requireNonNull(result, "result");
    Objects.requireNonNull(code, "code");
    basis = List.copyOf(basis);
  }

  /// Whether it failed.
  public boolean failed() {
    return result.outcome() == Outcome.FAILED;
  }

  /// The code, if it is one of ours.
  public Optional<Code> knownCode() {
    for (Code one : Code.values()) {
      if (code.equals(Optional.of(one.name()))) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  /// The word for an outcome in every document that we print.
  public static String word(Outcome outcome) {
    return switch (outcome) {
      case PASSED -> "passed";
      case FAILED -> "failed";
      case NOT_CHECKED -> NOT_CHECKED;
    };
  }

  /// The form of a check in every document that we print: `check`, `outcome`, `expected`, `found`.
  public static Json.Obj json(CheckResult result) {
    return Json.object()
        .put("check", result.check())
        .put("outcome", word(result.outcome()))
        .put("expected", result.expected())
        .put("found", result.found())
        .build();
  }

  Json.Obj json() {
    Json.ObjBuilder json = Json.object().put("stage", stage.text()).put("submodule", submodule);
    json(result).members().forEach(json::put);
    code.ifPresent(why -> json.put("code", why));
    return json.put("basis", Json.array(basis.stream().map(Basis::json).toList())).build();
  }

  static ExplainedCheck parse(Json.Obj check) throws FormatException {
    List<Basis> basis = new ArrayList<>();
    for (Json item : check.array("basis")) {
      basis.add(Basis.parse(item.asObject("basis")));
    }
    return new ExplainedCheck(
        Stage.parse(check.string("stage")),
        check.string("submodule"),
        new CheckResult(
            check.string("check"),
            outcome(check.string("outcome")),
            check.string("expected"),
            check.string("found")),
        check.optionalString("code"),
        basis);
  }

  private static Outcome outcome(String text) throws FormatException {
    for (Outcome outcome : Outcome.values()) {
      if (word(outcome).equals(text)) {
        return outcome;
      }
    }
    throw FormatException.malformed(0, "an outcome", '"' + text + '"');
  }
}
