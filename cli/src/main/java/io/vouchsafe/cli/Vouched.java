package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.ArrayList;
import java.util.List;

/// What was vouched for in a run, out of the trust server's records of its releases.
///
/// @param records the ledger's entries of what was released to the guest, oldest first
record Vouched(List<Json.Obj> records) {

  Vouched {
    records = List.copyOf(records);
  }

  /// The checks of the appraisal that the last release stands on.
  List<Json.Obj> checks() {
    List<Json.Obj> checks = new ArrayList<>();
    try {
      if (!records.isEmpty()) {
        for (Json submodule : records.getLast().array("submodules")) {
          for (Json finding : submodule.asObject("submodule").array("appraisal")) {
            checks.add(whole(finding));
          }
        }
        for (Json finding : records.getLast().array("checks")) {
          checks.add(whole(finding));
        }
      }
    } catch (FormatException e) {
      throw new IllegalStateException("the ledger's record has another form: " + e.getMessage(), e);
    }
    return checks;
  }

  /// A check as it is shown: the ledger leaves out what was expected where just that was found.
  private static Json.Obj whole(Json finding) throws FormatException {
    Json.Obj check = finding.asObject("finding");
    boolean left = text(check, "outcome").equals("passed") && check.get("expected").isEmpty();
    return left ? check.with("expected", check.require("found")) : check;
  }

  /// One line for each check: what, outcome, provenance of what it was compared with, value.
  List<String> table() {
    List<String> lines = new ArrayList<>();
    for (Json.Obj check : checks()) {
      lines.add(
          "%-34s %-12s %-10s %s"
              .formatted(
                  text(check, "check"),
                  text(check, "outcome").replace('_', ' '),
                  provenance(check),
                  shorten(text(check, "found"))));
    }
    return lines;
  }

  /// Whether a ledger entry is of something that was released to a guest.
  static boolean isRelease(Json.Obj entry) {
    return text(entry, "outcome").equals("granted") && !resource(entry).isEmpty();
  }

  /// The resource that an entry is about, empty if none.
  static String resource(Json.Obj entry) {
    return text(entry, "resource");
  }

  /// What was released: resource, version and decision, for `--json`.
  List<Json.Obj> releases() {
    List<Json.Obj> releases = new ArrayList<>();
    for (Json.Obj record : records) {
      releases.add(
          Json.object()
              .put("resource", text(record, "resource"))
              .put("decision", text(record, "id"))
              .putIf("policy", record.get("policy"))
              .build());
    }
    return releases;
  }

  /// One line for each released resource.
  List<String> released() {
    List<String> lines = new ArrayList<>();
    for (Json.Obj record : records) {
      lines.add("%s, decision %s".formatted(text(record, "resource"), text(record, "id")));
    }
    return lines;
  }

  private static String provenance(Json.Obj check) {
    return check.present("reference").orElse(Json.NULL) instanceof Json.Obj reference
        ? text(reference, "provenance")
        : "";
  }

  private static String text(Json.Obj object, String name) {
    return object.present(name).orElse(Json.NULL) instanceof Json.Str(String value) ? value : "";
  }

  private static String shorten(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
