package io.vouchsafe.rego;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PolicyTestsTest {
  @Test
  void tests_thatPassAndFail_areReportedWithCoverage() throws Exception {
    Policy policy =
        Rego.policy(
            """
            package app
            allow if {
              input.a == 1
            }
            other if {
              input.b == 1
            }
            test_allow if {
              allow with input as {"a": 1}
            }
            test_other if {
              other with input as {"b": 2}
            }
            """);
    PolicyTests.Report report = PolicyTests.run(policy, Evaluation.of(Rego.CAPABILITIES));
    assertThat(report.passed()).isFalse();
    assertThat(report.results())
        .extracting(PolicyTests.Result::passed)
        .containsExactly(true, false);
    assertThat(report.results().get(1).why())
        .contains("`input.b == 1` is not true")
        .contains("input.b is 2");
    PolicyTests.Coverage coverage = report.coverage().get("test.rego");
    assertThat(coverage.covered()).containsExactly(3, 9);
    assertThat(coverage.missed()).containsExactly(6, 12);
  }

  @Test
  void findings_ofOddPolicies_nameEachPlace() throws Exception {
    Policy policy =
        Rego.policy(
            """
            package app
            import data.unused
            q := 1
            p if {
              x := 1
              q := 2
              some y in [3]
              q > 1
            }
            f(z) := 1
            """);
    assertThat(policy.findings())
        .extracting(Finding::toString)
        .anyMatch(text -> text.startsWith("test.rego:2:8: import unused is not used"))
        .anyMatch(text -> text.startsWith("test.rego:5:3: variable x is not used"))
        .anyMatch(text -> text.startsWith("test.rego:6:3: variable q hides"))
        .anyMatch(text -> text.startsWith("test.rego:7:8: variable y is not used"))
        .noneMatch(text -> text.contains("variable z"));
  }

  @Test
  void findings_ofAPlainPolicy_areNone() throws Exception {
    assertThat(Rego.policy("package t\np if { some x in input.xs; y := x; y > 1 }").findings())
        .isEmpty();
  }
}
