package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /// The checks of a record in the order in which they ran, by who ran them: the verifier of the
  /// evidence, the appraisal, the release policy. A release is appraised anew; then that appraisal
  /// counts, and what the attestation's own said is left out.
  ///
  /// @return heading and checks of each group that has any
  static Map<String, List<Json.Obj>> groups(Json.Obj record) {
    List<Json.Obj> evidence = new ArrayList<>();
    List<Json.Obj> appraisal = new ArrayList<>();
    List<Json.Obj> policy = new ArrayList<>();
    boolean release = record.present("attestation_entry").isPresent();
    if (record.present("attestation_entry").orElse(Json.NULL) instanceof Json.Obj attestation) {
      collect(attestation.present("checks"), evidence);
      submodules(attestation, "checks", evidence);
      submodules(attestation, "appraisal", appraisal);
    }
    List<Json.Obj> again = new ArrayList<>();
    submodules(record, "appraisal", again);
    if (!again.isEmpty()) {
      appraisal = again;
    }
    submodules(record, "checks", evidence);
    collect(record.present("checks"), release ? policy : evidence);
    Map<String, List<Json.Obj>> groups = new LinkedHashMap<>();
    groups.put("evidence", evidence);
    groups.put("appraisal", appraisal);
    groups.put("policy", policy);
    groups.values().removeIf(List::isEmpty);
    return groups;
  }

  private static void submodules(Json.Obj record, String member, List<Json.Obj> checks) {
    if (record.present("submodules").orElse(Json.NULL) instanceof Json.Arr(List<Json> items)) {
      for (Json item : items) {
        if (item instanceof Json.Obj submodule) {
          collect(submodule.present(member), checks);
        }
      }
    }
  }

  private static void collect(Optional<Json> member, List<Json.Obj> checks) {
    if (member.orElse(Json.NULL) instanceof Json.Arr(List<Json> items)) {
      for (Json item : items) {
        if (item instanceof Json.Obj check) {
          checks.add(check);
        }
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
