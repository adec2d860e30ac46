package io.vouchsafe.rego;

import io.vouchsafe.rego.internal.eval.Mark;
import io.vouchsafe.rego.internal.eval.Recorder;
import io.vouchsafe.rego.internal.syntax.Module;
import io.vouchsafe.rego.internal.syntax.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Runs the tests of a policy: its rules whose names start with `test_`. A test passes if its value
/// is `true`.
public final class PolicyTests {
  private static final String PREFIX = "test_";

  private PolicyTests() {}

  /// What came out.
  ///
  /// @param results of the tests, in the order of the sources
  /// @param coverage by source
  public record Report(List<Result> results, Map<String, Coverage> coverage) {
    public boolean passed() {
      return results.stream().allMatch(Result::passed);
    }
  }

  /// A test.
  ///
  /// @param name the path of the rule
  /// @param why it did not pass, in words; empty if it did
  public record Result(String name, Position position, boolean passed, String why) {}

  /// Lines with expressions of one source.
  ///
  /// @param covered an expression on the line held in a test
  /// @param missed none did
  public record Coverage(Set<Integer> covered, Set<Integer> missed) {}

  /// Runs all tests.
  ///
  /// @param evaluation the documents that tests see where they do not replace them
  /// @throws RegoException if the policy cannot be compiled for it
  public static Report run(Policy policy, Evaluation evaluation) throws RegoException {
    Policy traced = policy.traced();
    List<Result> results = new ArrayList<>();
    Set<Position> held = new HashSet<>();
    Set<String> seen = new HashSet<>();
    for (Module module : policy.modules()) {
      for (Rule rule : module.rules()) {
        String path = path(module, rule);
        if (rule.name().startsWith(PREFIX) && rule.arguments().isEmpty() && seen.add(path)) {
          Recorder recorder = new Recorder();
          results.add(run(traced, path, rule, evaluation, recorder));
          held.addAll(recorder.held());
        }
      }
    }
    return new Report(List.copyOf(results), coverage(traced, held));
  }

  private static Result run(
      Policy traced, String path, Rule rule, Evaluation evaluation, Recorder recorder) {
    try {
      Query query = traced.query(path);
      Answer answer = query.evaluate(evaluation, recorder);
      Explanation why = new Explanation(answer, recorder.tell(query.rules()));
      return new Result(path, rule.position(), answer.holds(), answer.holds() ? "" : why.text());
    } catch (RegoException e) {
      return new Result(path, rule.position(), false, String.valueOf(e.getMessage()));
    }
  }

  private static String path(Module module, Rule rule) {
    StringBuilder path = new StringBuilder("data");
    module.path().forEach(part -> append(path, part));
    append(path, rule.name());
    return path.toString();
  }

  private static void append(StringBuilder path, String part) {
    boolean plain = part.chars().allMatch(c -> c < 128 && (c == '_' || Character.isLetter(c)));
    if (plain) {
      path.append('.').append(part);
    } else {
      path.append('[').append(StringValue.of(part)).append(']');
    }
  }

  private static Map<String, Coverage> coverage(Policy traced, Set<Position> held) {
    Map<String, Coverage> all = new TreeMap<>();
    for (Mark mark : traced.compiled().marks()) {
      Position position = mark.position();
      Coverage lines =
          all.computeIfAbsent(
              position.source(), _ -> new Coverage(new TreeSet<>(), new TreeSet<>()));
      (held.contains(position) ? lines.covered : lines.missed).add(position.line());
    }
    all.values().forEach(lines -> lines.missed.removeAll(lines.covered));
    return all;
  }
}
