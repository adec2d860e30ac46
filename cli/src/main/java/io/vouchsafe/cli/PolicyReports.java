package io.vouchsafe.cli;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.rego.PolicyTests;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Reports of policy tests, for people and for programs.
final class PolicyReports {
  private PolicyReports() {}

  static Json json(PolicyTests.Report report) {
    List<Json> results = new ArrayList<>();
    for (PolicyTests.Result result : report.results()) {
      results.add(
          Json.object()
              .put("name", result.name())
              .put("file", result.position().source())
              .put("line", result.position().line())
              .put("passed", result.passed())
              .put("why", result.why())
              .build());
    }
    Json.ObjBuilder coverage = Json.object();
    report
        .coverage()
        .forEach((file, lines) ->
            coverage.put(
                file,
                Json.object()
                    .put("covered", numbers(lines.covered()))
                    .put("missed", numbers(lines.missed()))
                    .build()));
    return Json.object()
        .put("passed", report.passed())
        .put("results", Json.array(results))
        .put("coverage", coverage.build())
        .build();
  }

  private static Json numbers(Set<Integer> lines) {
    return Json.array(lines.stream().map(line -> Json.of(line.longValue())).toList());
  }

  static List<String> lines(PolicyTests.Report report) {
    List<String> lines = new ArrayList<>();
    for (PolicyTests.Result result : report.results()) {
      lines.add((result.passed() ? "passed  " : "FAILED  ") + result.name());
      result.why().lines().forEach(line -> lines.add("        " + line));
    }
    report
        .coverage()
        .forEach((file, covered) -> {
          int all = covered.covered().size() + covered.missed().size();
          String missed =
              covered.missed().stream().map(String::valueOf).collect(Collectors.joining(" "));
          lines.add(
              "%s: %d of %d lines covered%s"
                  .formatted(
                      file,
                      covered.covered().size(),
                      all,
                      missed.isEmpty() ? "" : ", not " + missed));
        });
    long passed = report.results().stream().filter(PolicyTests.Result::passed).count();
    lines.add("%d of %d tests passed".formatted(passed, report.results().size()));
    return lines;
  }
}
