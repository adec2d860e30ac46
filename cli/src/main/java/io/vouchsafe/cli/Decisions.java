package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import java.util.List;
import java.util.Optional;

/// Reads what the trust server recorded about a decision.
final class Decisions {
  private Decisions() {}

  /// The refusal in a record: of the server itself under `refusal`, of a guest's report at its top.
  static Optional<Refusal> refusal(Json.Obj record) {
    try {
      Json.Obj refusal = record.present("refusal").isPresent() ? record.object("refusal") : record;
      Code code = Code.valueOf(refusal.string("code"));
      return Optional.of(
          new Refusal(
              refusal.string("check"),
              code,
              refusal.string("expected"),
              refusal.string("found"),
              code.remedy()));
    } catch (FormatException | IllegalArgumentException _) {
      return Optional.empty(); // Not a record of a refusal.
    }
  }

  /// Every check in a record, however deep, in the order of the record.
  static void collectChecks(Json value, List<Json.Obj> checks) {
    switch (value) {
      case Json.Obj object -> {
        if (object.get("check").isPresent() && object.get("outcome").isPresent()) {
          checks.add(object);
        } else {
          object.members().values().forEach(member -> collectChecks(member, checks));
        }
      }
      case Json.Arr(List<Json> items) -> items.forEach(item -> collectChecks(item, checks));
      case Json.Str _, Json.Num _, Json.Bool _, Json.Null _ -> {
        // Holds no checks.
      }
    }
  }

  /// One line for a check: outcome, id, provenance of what it was compared with, what was found.
  static String line(Json.Obj check) {
    String outcome = member(check, "outcome");
    String line = "%-11s %-36s".formatted(outcome.replace('_', ' '), member(check, "check"));
    String expected = member(check, "expected");
    String found = member(check, "found");
    return switch (outcome) {
      case "passed" -> line + " " + provenance(check) + shorten(found);
      case "failed" -> line + " expected " + shorten(expected) + ", found " + shorten(found);
      default -> line + " " + shorten(found);
    };
  }

  private static String provenance(Json.Obj check) {
    return check.present("reference").orElse(Json.NULL) instanceof Json.Obj reference
        ? member(reference, "provenance") + ": "
        : "";
  }

  private static String member(Json.Obj object, String name) {
    return object.present(name).map(Decisions::text).orElse("");
  }

  /// Text as it is, anything else as JSON.
  static String text(Json value) {
    return value instanceof Json.Str(String text) ? text : value.compact();
  }

  private static String shorten(String text) {
    return text.length() <= 72 ? text : text.substring(0, 72) + "…";
  }
}
