package io.vouchsafe.trust.core;

import static io.vouchsafe.trust.core.CoreFixture.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.appraisal.ReleasePolicy;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A policy that takes too long gives nothing away, in a server whose decisions see recorded time.
class PolicyTimeTest extends CoreTestCase {
  private static final String BURNS =
      """
      burnt if {
        some a in numbers.range(1, 400)
        some b in numbers.range(1, 400)
        a + b == 0
      }
      """;

  private static void isTooLate(Refused refused) {
    assertThat(refused.refusal().code()).isEqualTo(Code.POLICY_INVALID);
    assertThat(refused.refusal().found())
        .contains("policy.rego:", "evaluation took longer than PT2S");
  }

  @Test
  void releasePolicy_thatBurnsTime_isRefusedAndRecorded() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    fixture
        .admin()
        .putReleasePolicy(
            TENANT,
            "test",
            ReleasePolicy.Rego.of("package policy\n\nallow if not burnt\n" + BURNS));
    assertThat(fixture.release(result)).isInstanceOf(Decision.Granted.class);

    fixture.slow(Duration.ofSeconds(1));
    Refused refused = (Refused) fixture.release(result);

    isTooLate(refused);
    Json.Obj recorded = fixture.last().body().object("refusal");
    assertThat(recorded.string("code")).isEqualTo("POLICY_INVALID");
    assertThat(recorded.string("found")).isEqualTo(refused.refusal().found());
    assertThat(fixture.admin().explain(TENANT, refused.id()).orElseThrow().refusal())
        .contains(refused.refusal());
  }

  @Test
  void attestationPolicy_thatBurnsTime_givesNoToken() throws Exception {
    fixture
        .admin()
        .putAttestationRego(
            TENANT,
            "test",
            "default_cpu",
            "package policy\n\ntrust_claims := {\"executables\": 3} if not burnt\n" + BURNS);
    assertThat(fixture.attest(fixture.tpm())).isInstanceOf(AttestOutcome.Attested.class);

    fixture.slow(Duration.ofSeconds(1));

    isTooLate((Refused) fixture.attest(fixture.tpm()));
  }

  @Test
  void releasePolicy_thatLooksAtTheTime_seesTheRecordedOne() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    long now = fixture.now().getEpochSecond() * 1_000_000_000;
    fixture
        .admin()
        .putReleasePolicy(
            TENANT,
            "test",
            ReleasePolicy.Rego.of("package policy\n\nallow if time.now_ns() == " + now + "\n"));
    fixture.slow(Duration.ofSeconds(1));

    Decision.Granted granted = (Decision.Granted) fixture.release(result);
    fixture.move(Duration.ofMinutes(1));

    assertThat(fixture.release(result)).isInstanceOf(Refused.class);
    String why = fixture.admin().explain(TENANT, granted.id()).orElseThrow().json().compact();
    assertThat(why.contains("\"repeated\":true")).as("asked again at the recorded time").isTrue();
  }
}
