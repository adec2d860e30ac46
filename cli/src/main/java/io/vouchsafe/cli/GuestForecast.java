package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which guests that recent decisions were about would be refused under other reference values. It
/// goes by what the ledger recorded of each comparison: what was found, and under which name. What
/// a policy in Rego made of a guest is not recorded in that form; such guests are counted only.
final class GuestForecast {
  private static final String INIT_DATA = "init_data";
  private static final int SHOWN = 20;

  private final Map<String, Set<Json>> now;
  private final Map<String, Set<Json>> then;
  private final Map<Map<String, String>, Guest> guests = new LinkedHashMap<>();
  private int notJudged;

  /// @param now values in force
  /// @param then values that would be
  GuestForecast(Set<ReferenceDiff.Named> now, Set<ReferenceDiff.Named> then) {
    this.now = byName(now);
    this.then = byName(then);
  }

  private static Map<String, Set<Json>> byName(Set<ReferenceDiff.Named> values) {
    Map<String, Set<Json>> byName = new HashMap<>();
    for (ReferenceDiff.Named value : values) {
      byName.computeIfAbsent(value.name(), _ -> new java.util.HashSet<>()).add(value.value());
    }
    return byName;
  }

  /// Guests that reported the same.
  static final class Guest {
    private final Map<String, String> reported;
    private final Set<String> resources = new TreeSet<>();
    private final List<String> reasons;
    private int decisions;
    private String lastId = "";
    private String lastAt = "";

    private Guest(Map<String, String> reported, List<String> reasons) {
      this.reported = reported;
      this.reasons = reasons;
    }

    boolean refused() {
      return !reasons.isEmpty();
    }

    private Json.Obj json() {
      return Json.object()
          .put("initData", reported.getOrDefault(INIT_DATA, ""))
          .put("decisions", decisions)
          .put("last", lastId)
          .put("at", lastAt)
          .put("resources", Json.strings(List.copyOf(resources)))
          .put("reasons", Json.strings(reasons))
          .build();
    }

    private List<String> lines() {
      List<String> lines = new ArrayList<>();
      lines.add(
          "%d decisions, last %s at %s%s"
              .formatted(
                  decisions,
                  lastId,
                  lastAt,
                  reported.containsKey(INIT_DATA) ? ", init-data " + reported.get(INIT_DATA) : ""));
      resources.stream().limit(SHOWN).forEach(resource -> lines.add("  has had " + resource));
      reasons.forEach(reason -> lines.add("  " + reason));
      return lines;
    }
  }

  /// One comparison that a decision stood on.
  ///
  /// @param bound whether it was with a lower bound
  private record Comparison(String check, String name, String found, boolean bound) {
    boolean holds(Map<String, Set<Json>> values) {
      for (Json value : values.getOrDefault(name, Set.of())) {
        if (bound ? reaches(found, value) : value.plain().equals(found)) {
          return true;
        }
      }
      return false;
    }
  }

  /// Whether what was found, in the words of the record, is at least `bound`: a number, or numbers
  /// by their parts (`Milan, bootloader 3, tee 0, snp 8, microcode 115`).
  private static boolean reaches(String found, Json bound) {
    return switch (bound) {
      case Json.Num number -> atLeast(found, number);
      case Json.Obj parts -> {
        String[] words = found.split(", ");
        Map<String, String> byPart = new HashMap<>();
        for (String word : words) {
          int at = word.lastIndexOf(' ');
          if (at > 0) {
            byPart.put(word.substring(0, at), word.substring(at + 1));
          }
        }
        boolean all = true;
        for (Map.Entry<String, Json> part : parts.members().entrySet()) {
          all &=
              part.getValue() instanceof Json.Num number
                  ? atLeast(byPart.getOrDefault(part.getKey(), ""), number)
                  : part.getValue().plain().equals(words[0]);
        }
        yield all;
      }
      case Json.Str _, Json.Arr _, Json.Bool _, Json.Null _ -> false;
    };
  }

  private static boolean atLeast(String found, Json.Num bound) {
    return found.matches("[0-9]{1,18}") && new BigDecimal(found).compareTo(bound.value()) >= 0;
  }

  /// Looks at an entry of the ledger; those that are not about a guest that passed are none of its
  /// business.
  void add(Json.Obj entry) {
    try {
      String outcome = entry.optionalString("outcome").orElse("");
      boolean passed = outcome.equals("granted") || outcome.equals("attested") && affirming(entry);
      if (passed && entry.present("submodules").isPresent()) {
        judge(entry);
      }
    } catch (FormatException _) {
      notJudged++; // Of a form that is not known here.
    }
  }

  private static boolean affirming(Json.Obj entry) throws FormatException {
    for (Json submodule : entry.array("submodules")) {
      if (!submodule.asObject("submodule").string("status").equals("affirming")) {
        return false;
      }
    }
    return true;
  }

  private void judge(Json.Obj entry) throws FormatException {
    List<Comparison> comparisons = new ArrayList<>();
    for (Json item : entry.array("submodules")) {
      Json.Obj submodule = item.asObject("submodule");
      int before = comparisons.size();
      collect(submodule.array("appraisal"), comparisons);
      if (comparisons.size() == before) {
        notJudged++;
        return;
      }
    }
    if (entry.string("outcome").equals("granted")) {
      collect(entry.array("checks"), comparisons);
    }
    if (comparisons.stream().allMatch(comparison -> comparison.holds(now))) {
      note(entry, comparisons);
    }
  }

  private static void collect(List<Json> findings, List<Comparison> comparisons)
      throws FormatException {
    for (Json item : findings) {
      Json.Obj finding = item.asObject("finding");
      Optional<Json> reference = finding.present("reference");
      if (reference.isPresent()) {
        comparisons.add(
            new Comparison(
                finding.string("check"),
                reference.get().asObject("reference").string("name"),
                finding.string("found"),
                finding.get("expected").isPresent()));
      }
    }
  }

  private void note(Json.Obj entry, List<Comparison> comparisons) throws FormatException {
    Map<String, String> reported = new TreeMap<>();
    List<String> reasons = new ArrayList<>();
    for (Comparison comparison : comparisons) {
      reported.put(comparison.name(), comparison.found());
      if (!comparison.holds(then)) {
        boolean none = then.getOrDefault(comparison.name(), Set.of()).isEmpty();
        reasons.add(
            "%s: %s %s, %s"
                .formatted(
                    comparison.check(),
                    comparison.name(),
                    comparison.found(),
                    none
                        ? "of which there would be no value"
                        : "which would not be among the values"));
      }
    }
    Guest guest = guests.computeIfAbsent(reported, _ -> new Guest(reported, reasons));
    guest.decisions++;
    guest.lastId = entry.string("id");
    guest.lastAt = entry.string("at");
    entry.optionalString("resource").ifPresent(guest.resources::add);
  }

  private List<Guest> refused() {
    return guests.values().stream().filter(Guest::refused).toList();
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    List<Guest> refused = refused();
    lines.add(
        "%d of %d kinds of guests that pass now would be refused"
            .formatted(refused.size(), guests.size()));
    refused.forEach(guest -> lines.addAll(guest.lines()));
    if (notJudged > 0) {
      lines.add(
          notJudged
              + " decisions cannot be judged: by a policy in Rego, or without reference values");
    }
    return lines;
  }

  Json.Obj json() {
    return Json.object()
        .put("guests", guests.size())
        .put("refused", Json.array(refused().stream().map(Guest::json).toList()))
        .put("notJudged", notJudged)
        .build();
  }
}
