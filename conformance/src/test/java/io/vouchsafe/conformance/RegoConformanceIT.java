package io.vouchsafe.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.rego.Capabilities;
import io.vouchsafe.testkit.Vectors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegoConformanceIT {
  private static RegoConformance run(Path folder) throws Exception {
    RegoConformance cases =
        new RegoConformance(
            Capabilities.of(InstantSource.system(), System::nanoTime, new SecureRandom()));
    cases.runAll(folder);
    return cases;
  }

  /// Those that do not pass are named in docs/policy.md, with the reason.
  @Test
  void cases_ofBothDialects_passButForTheNamed() throws Exception {
    RegoConformance cases = run(Vectors.path("rego"));
    assertThat(cases.passed()).isGreaterThan(2_000);
    assertThat(cases.failed())
        .hasSize(4)
        .allSatisfy(failure ->
            assertThat(failure.name())
                .containsAnyOf("jwtbuiltins/duplicate-keys", "regoparsemodule/ok"));
  }

  @Test
  void cases_thatExpectOtherwise_fail(@TempDir Path folder) throws Exception {
    Path group = Files.createDirectory(folder.resolve("some"));
    Files.writeString(
        group.resolve("a.yaml"),
        """
        cases:
          - note: wrong value
            query: x = 1
            want_result: [{x: 2}]
          - note: error that does not come
            query: x = 1
            want_error_code: eval_type_error
          - note: undefined
            query: x = 1; x == 2
            want_result: [{x: 1}]
          - note: does not parse
            query: "x = {"
            want_result: []
          - note: good
            query: x = {2, 1}
            want_result: [{x: [1, 2]}]
        """);
    Path other = Files.createDirectory(folder.resolve("graphql"));
    Files.writeString(other.resolve("b.yaml"), "cases: [{note: no, query: x = 1}]");
    RegoConformance cases = run(folder);
    assertThat(cases.failed()).hasSize(4);
    assertThat(cases.passed()).isEqualTo(1);
    assertThat(cases.notApplicable()).isEqualTo(1);
  }
}
