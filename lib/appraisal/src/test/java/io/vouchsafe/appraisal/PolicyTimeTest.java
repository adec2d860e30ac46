package io.vouchsafe.appraisal;

import static io.vouchsafe.appraisal.Fixtures.NOW;
import static io.vouchsafe.appraisal.Fixtures.TIME;
import static io.vouchsafe.appraisal.Fixtures.issued;
import static io.vouchsafe.appraisal.Fixtures.tpm;
import static io.vouchsafe.appraisal.Fixtures.tpmClaims;
import static io.vouchsafe.appraisal.Fixtures.tpmValues;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.rego.Limits;
import io.vouchsafe.verdict.Code;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The time that policies see stands still, and the time that they take is bounded all the same.
class PolicyTimeTest {
  /// Some 100,000 steps: far from the bound on steps, and more than two looks at the watch.
  private static final String BURNS =
      """
      package policy

      xs := numbers.range(1, 400)

      trust_claims := {"executables": 3, "hardware": 2} if {
        burnt
      }

      allow if burnt

      burnt if {
        some a in xs
        some b in xs
        a + b == 0
      }
      """;

  private static final String SEES =
      """
      package policy

      trust_claims := {"executables": 3, "hardware": 2} if seen

      allow if seen

      seen if time.now_ns() == %d
      """
          .formatted(NOW.getEpochSecond() * 1_000_000_000);

  private static final ReleasePolicy.Request REQUEST =
      new ReleasePolicy.Request("resource", List.of("a", "b", "c"), Map.of());

  /// On which every look takes most of what a policy has.
  private static DecisionTime slow() {
    long[] nanos = {-1};
    long step = Limits.DECISION.maxTime().minus(Duration.ofMillis(1)).toNanos();
    return new DecisionTime(NOW, () -> nanos[0] += step);
  }

  private static void isTooLate(Finding failure, RegoCheck check) {
    assertThat(failure.code()).contains(Code.POLICY_INVALID);
    assertThat(failure.result().check()).isEqualTo(check.id());
    assertThat(failure.result().found())
        .contains("policy.rego:1", "eval_limit_error", "evaluation took longer than PT2S");
  }

  private static Finding appraised(String text, DecisionTime time) throws FormatException {
    return AttestationPolicy.Rego.of(Map.of("cpu", text))
        .appraise(tpm(tpmClaims()), ReferenceValues.NONE, time)
        .findings()
        .getFirst();
  }

  private static Finding decided(String text, DecisionTime time) throws FormatException {
    return ReleasePolicy.Rego.of(text)
        .decide(issued(tpm(tpmClaims()), tpmValues()), REQUEST, ReferenceValues.NONE, time)
        .findings()
        .getFirst();
  }

  @Test
  void appraise_policyThatBurnsTime_isStoppedAtItsPlace() throws Exception {
    isTooLate(appraised(BURNS, slow()), RegoCheck.CLAIMS);
    assertThat(appraised(BURNS, TIME).code()).isNotEqualTo(Code.POLICY_INVALID);
  }

  @Test
  void decide_policyThatBurnsTime_isStoppedAtItsPlace() throws Exception {
    isTooLate(decided(BURNS, slow()), RegoCheck.ALLOW);
    assertThat(decided(BURNS, TIME).code()).contains(Code.POLICY_DENIED);
  }

  @Test
  void judge_policyThatBurnsTime_isStoppedAtItsPlace() throws Exception {
    List<Finding> findings =
        EvidencePolicy.of(BURNS).judge(tpm(tpmClaims()), ReferenceValues.NONE, slow());
    isTooLate(findings.getFirst(), RegoCheck.CLAIMS);
    isTooLate(findings.getLast(), RegoCheck.ALLOW);
  }

  @Test
  void replay_policyThatBurnsTime_isStoppedAtItsPlace() throws Exception {
    AttestationResult result = issued(tpm(tpmClaims()), tpmValues());
    assertThatThrownBy(() ->
            PolicyReplay.release(
                ReleasePolicy.Rego.of(BURNS),
                result.claims(),
                REQUEST,
                ReferenceValues.NONE,
                slow()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("evaluation took longer than PT2S");
  }

  @Test
  void clockOfAPolicy_isTheRecordedInstant_whateverTheWatchSays() throws Exception {
    assertThat(appraised(SEES, slow()).failed()).isFalse();
    assertThat(decided(SEES, slow()).failed()).isFalse();
    assertThat(decided(SEES, new DecisionTime(NOW.plusNanos(1), () -> 0)).failed()).isTrue();
  }
}
