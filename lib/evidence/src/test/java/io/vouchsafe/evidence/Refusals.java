package io.vouchsafe.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// Every way in which checks can refuse, each with evidence that is refused just so. A code that a
/// check declares and nothing produces fails the test.
public final class Refusals {
  private final Map<String, Attempt> attempts = new LinkedHashMap<>();

  /// A verification that must be refused.
  @FunctionalInterface
  public interface Attempt {
    void run() throws Exception;
  }

  /// Adds the evidence for a code of a check.
  public Refusals add(Check check, Code code, Attempt attempt) {
    assertThat(check.codes()).as(check.id()).contains(code);
    assertThat(attempts.put(name(check, code), attempt)).as(name(check, code)).isNull();
    return this;
  }

  private static String name(Check check, Code code) {
    return check.id() + " " + code;
  }

  /// One test for each, and one that none is missing.
  public Stream<DynamicTest> tests(Check... checks) {
    Stream<DynamicTest> each =
        attempts.entrySet().stream()
            .map(entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(), () -> assertRefused(entry.getKey(), entry.getValue())));
    return Stream.concat(
        each, Stream.of(DynamicTest.dynamicTest("every code of every check", () -> all(checks))));
  }

  private static void assertRefused(String name, Attempt attempt) {
    Throwable thrown = catchThrowable(attempt::run);
    assertThat(thrown).isInstanceOf(RefusedException.class);
    RefusedException refused = (RefusedException) thrown;
    assertThat(refused.refusal().check() + " " + refused.code())
        .as(refused.getMessage())
        .isEqualTo(name);
    assertThat(refused.results())
        .last()
        .satisfies(last -> assertThat(last.check()).isEqualTo(refused.refusal().check()));
  }

  private void all(Check... checks) {
    TreeSet<String> declared = new TreeSet<>();
    for (Check check : checks) {
      check.codes().forEach(code -> declared.add(name(check, code)));
    }
    assertThat(attempts.keySet()).containsExactlyInAnyOrderElementsOf(declared);
  }
}
