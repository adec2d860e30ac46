package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a run found: every case, in the order of the files.
///
/// @param results one per case
public record Report(List<CaseResult> results) {
  /// Every case did what it says, or was skipped.
  public static final int EXIT_PASSED = 0;

  /// A case differs.
  public static final int EXIT_DIFFERING = 1;

  /// No case differs, but some are of a kind that is neither known nor skipped.
  public static final int EXIT_UNKNOWN = 3;

  /// Cases of one kind, counted.
  private record Count(int passed, int differing, int unknown, int skipped, int disputed) {
    static final Count NONE = new Count(0, 0, 0, 0, 0);

    Count with(CaseResult result) {
      return switch (result) {
        case CaseResult.Passed _ -> new Count(passed + 1, differing, unknown, skipped, disputed);
        case CaseResult.Differing _ -> new Count(passed, differing + 1, unknown, skipped, disputed);
        case CaseResult.Unknown _ -> new Count(passed, differing, unknown + 1, skipped, disputed);
        case CaseResult.Skipped _ -> new Count(passed, differing, unknown, skipped + 1, disputed);
        case CaseResult.Disputed _ -> new Count(passed, differing, unknown, skipped, disputed + 1);
      };
    }
  }

  public Report {
    results = List.copyOf(results);
  }

  private <T extends CaseResult> List<T> only(Class<T> type) {
    return results.stream().filter(type::isInstance).map(type::cast).toList();
  }

  public List<CaseResult.Passed> passed() {
    return only(CaseResult.Passed.class);
  }

  public List<CaseResult.Differing> differing() {
    return only(CaseResult.Differing.class);
  }

  public List<CaseResult.Unknown> unknown() {
    return only(CaseResult.Unknown.class);
  }

  public List<CaseResult.Skipped> skipped() {
    return only(CaseResult.Skipped.class);
  }

  public List<CaseResult.Disputed> disputed() {
    return only(CaseResult.Disputed.class);
  }

  /// What a command that ran this ends with.
  public int exitCode() {
    if (!differing().isEmpty()) {
      return EXIT_DIFFERING;
    }
    return unknown().isEmpty() ? EXIT_PASSED : EXIT_UNKNOWN;
  }

  private Map<String, Count> byKind() {
    Map<String, Count> counts = new TreeMap<>();
    for (CaseResult result : results) {
      counts.put(result.kind(), counts.getOrDefault(result.kind(), Count.NONE).with(result));
    }
    return counts;
  }

  /// `{"passed","differing","unknown","skipped","disputed"}` in numbers, `kinds` in numbers by
  /// kind, `cases` with every case that differs, `disputed_cases` with every case that is wrong and
  /// why, `unknown_kinds` by name.
  public Json.Obj toJson() {
    Json.ObjBuilder kinds = Json.object();
    byKind()
        .forEach((kind, count) ->
            kinds.put(
                kind,
                Json.object()
                    .put("passed", count.passed())
                    .put("differing", count.differing())
                    .put("unknown", count.unknown())
                    .put("skipped", count.skipped())
                    .put("disputed", count.disputed())
                    .build()));
    List<Json> cases = new ArrayList<>();
    for (CaseResult.Differing difference : differing()) {
      cases.add(describe(difference, difference.expected(), difference.found()).build());
    }
    List<Json> disputed = new ArrayList<>();
    for (CaseResult.Disputed dispute : disputed()) {
      disputed.add(
          describe(dispute, dispute.expected(), dispute.found())
              .put("argument", dispute.argument())
              .build());
    }
    return Json.object()
        .put("passed", passed().size())
        .put("differing", differing().size())
        .put("unknown", unknown().size())
        .put("skipped", skipped().size())
        .put("disputed", disputed.size())
        .put("kinds", kinds.build())
        .put("unknown_kinds", Json.strings(unknownKinds()))
        .put("cases", Json.array(cases))
        .put("disputed_cases", Json.array(disputed))
        .build();
  }

  private static Json.ObjBuilder describe(CaseResult result, String expected, String found) {
    return Json.object()
        .put("file", result.file())
        .put("case", result.id())
        .put("kind", result.kind())
        .put("expected", expected)
        .put("found", found);
  }

  /// A table by kind, then each case that differs with the reason, for a terminal.
  public String table() {
    Map<String, Count> counts = byKind();
    int width = counts.keySet().stream().mapToInt(String::length).max().orElse(0);
    String row = "%-" + Math.max(width, 4) + "s  %6s  %9s  %7s  %7s%n";
    StringBuilder out = new StringBuilder();
    out.append(row.formatted("kind", "passed", "differing", "unknown", "skipped"));
    counts.forEach((kind, count) ->
        out.append(
            row.formatted(
                kind,
                blank(count.passed()),
                blank(count.differing()),
                blank(count.unknown()),
                blank(count.skipped()))));
    out.append(
        row.formatted(
            "all", passed().size(), differing().size(), unknown().size(), skipped().size()));
    for (CaseResult.Differing difference : differing()) {
      out.append(
          "%ndiffers: %s, %s (%s)%n  expected %s%n  found    %s%n"
              .formatted(
                  difference.file(),
                  difference.id(),
                  difference.kind(),
                  difference.expected(),
                  difference.found()));
    }
    for (CaseResult.Disputed dispute : disputed()) {
      out.append(
          "%ndisputed: %s, %s (%s)%n  expected %s%n  found    %s%n  because  %s%n"
              .formatted(
                  dispute.file(),
                  dispute.id(),
                  dispute.kind(),
                  dispute.expected(),
                  dispute.found(),
                  dispute.argument()));
    }
    if (!unknown().isEmpty()) {
      out.append(
          "%nunknown to this release (--skip KIND leaves one out): %s%n"
              .formatted(String.join(", ", unknownKinds())));
    }
    return out.toString();
  }

  private List<String> unknownKinds() {
    return unknown().stream().map(CaseResult.Unknown::kind).distinct().sorted().toList();
  }

  private static String blank(int count) {
    return count == 0 ? "-" : Integer.toString(count);
  }
}
