package io.vouchsafe.cli;

import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.ReferenceValues;
import io.vouchsafe.appraisal.why.Basis;
import io.vouchsafe.appraisal.why.DecisionRecord;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which guests that recent decisions were about would be refused under other reference values. It
/// goes by what the ledger recorded: of built-in rules each comparison, what was found and under
/// which name; of a policy in Rego its text and the claims that it saw, so that it can be asked
/// again.
final class GuestForecast {
  private static final String INIT_DATA = "init_data";
  private static final int SHOWN = 20;

  /// One side of the comparison.
  private record Values(Map<String, Set<Json>> byName, ReferenceValues all) {
    static Values of(List<ReferenceValue> values) {
      Map<String, Set<Json>> byName = new HashMap<>();
      for (ReferenceDiff.Named value : ReferenceDiff.named(values)) {
        byName.computeIfAbsent(value.name(), _ -> new HashSet<>()).add(value.value());
      }
      return new Values(byName, ReferenceValues.of(values));
    }

    Set<Json> of(String name) {
      return byName.getOrDefault(name, Set.of());
    }
  }

  private final Values now;
  private final Values then;
  private final Instant at;
  private final Map<Map<String, String>, Guest> guests = new LinkedHashMap<>();
  private int notJudged;

  /// @param now values in force
  /// @param then values that would be
  /// @param at the time of the forecast
  GuestForecast(List<ReferenceValue> now, List<ReferenceValue> then, Instant at) {
    this.now = Values.of(now);
    this.then = Values.of(then);
    this.at = at;
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

  /// What a decision stood on.
  private sealed interface Ground {
    /// Whether it holds under these values.
    boolean holds(Values values);

    /// What tells guests apart: what was compared or seen, by its name.
    Map<String, String> reported();

    /// Why it does not hold under these values.
    String reason(Values values);
  }

  /// A comparison by a built-in rule.
  ///
  /// @param bound whether it was with a lower bound
  private record Comparison(String check, String name, String found, boolean bound)
      implements Ground {
    @Override
    public boolean holds(Values values) {
      for (Json value : values.of(name)) {
        if (bound ? reaches(found, value) : value.plain().equals(found)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public Map<String, String> reported() {
      return Map.of(name, found);
    }

    @Override
    public String reason(Values values) {
      return "%s: %s %s, %s"
          .formatted(
              check,
              name,
              found,
              values.of(name).isEmpty()
                  ? "of which there would be no value"
                  : "which would not be among the values");
    }
  }

  /// A policy in Rego.
  ///
  /// @param claims those that were recorded: the same for every decision about one boot
  private record Asked(DecisionRecord record, String submodule, Json.Obj claims, Instant at)
      implements Ground {
    private Optional<Basis.Rules> answer(Values values) {
      try {
        return record.under(values.all(), at, submodule);
      } catch (FormatException _) {
        return Optional.empty(); // It fails, as it would then.
      }
    }

    @Override
    public boolean holds(Values values) {
      return answer(values).filter(Basis.Rules::repeated).isPresent();
    }

    @Override
    public Map<String, String> reported() {
      Map<String, String> reported = new TreeMap<>();
      reported.put("claims of " + submodule, claims.canonical());
      claims.present(INIT_DATA).ifPresent(digest -> reported.put(INIT_DATA, digest.plain()));
      return reported;
    }

    @Override
    public String reason(Values values) {
      return answer(values).stream()
          .flatMap(rules -> rules.lines().stream())
          .filter(line -> !line.held() && !line.expression().isEmpty())
          .findFirst()
          .map(line -> "%s: %s, %s".formatted(submodule, line.place(), line.expression()))
          .orElse(submodule + ": the policy would not be affirming");
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
    List<Ground> grounds = new ArrayList<>();
    for (Json item : entry.array("submodules")) {
      Json.Obj submodule = item.asObject("submodule");
      int before = grounds.size();
      collect(submodule.array("appraisal"), grounds);
      if (grounds.size() == before) {
        Optional<Ground> asked = asked(entry, submodule.string("name"));
        if (asked.isEmpty()) {
          notJudged++;
          return;
        }
        grounds.add(asked.get());
      }
    }
    if (entry.string("outcome").equals("granted")) {
      collect(entry.array("checks"), grounds);
    }
    if (grounds.stream().allMatch(ground -> ground.holds(now))) {
      note(entry, grounds);
    }
  }

  private Optional<Ground> asked(Json.Obj entry, String submodule) {
    DecisionRecord record = DecisionRecord.of(entry, System::nanoTime);
    // It passed: if it does not now, its policy may look at what is not recorded.
    return record
        .claims(submodule)
        .<Ground>map(claims -> new Asked(record, submodule, claims, at))
        .filter(ground -> ground.holds(now));
  }

  private static void collect(List<Json> findings, List<Ground> grounds) throws FormatException {
    for (Json item : findings) {
      Json.Obj finding = item.asObject("finding");
      Optional<Json> reference = finding.present("reference");
      if (reference.isPresent()) {
        grounds.add(
            new Comparison(
                finding.string("check"),
                reference.get().asObject("reference").string("name"),
                finding.string("found"),
                finding.get("expected").isPresent()));
      }
    }
  }

  private void note(Json.Obj entry, List<Ground> grounds) throws FormatException {
    Map<String, String> reported = new TreeMap<>();
    List<String> reasons = new ArrayList<>();
    for (Ground ground : grounds) {
      reported.putAll(ground.reported());
      if (!ground.holds(then)) {
        reasons.add(ground.reason(then));
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
      lines.add(notJudged + " decisions cannot be judged by what is recorded of them");
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
