package io.vouchsafe.trust.core;

import static io.vouchsafe.trust.core.CoreFixture.GUEST_KEY;
import static io.vouchsafe.trust.core.CoreFixture.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.ReleasePolicy;
import io.vouchsafe.appraisal.TrustTier;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.verdict.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Sample evidence under the policies of the reference broker and under ours.
class SampleEvidenceTest extends CoreTestCase {
  private AttestationResult attested(String... tees) throws TransactionRefusedException {
    Challenge challenge = fixture.challenge(tees[0]);
    Json.Obj runtimeData = CoreFixture.runtimeData(challenge.nonce(), GUEST_KEY);
    Bytes digest = CoreFixture.digest(runtimeData);
    List<EvidenceSet.Submission> submissions = new ArrayList<>();
    for (String tee : tees) {
      submissions.add(
          new EvidenceSet.Submission(
              tee,
              Json.object().put("report_data", digest.base64()).put("svn", "1").build(),
              new ExpectedBinding(digest, Optional.empty()),
              runtimeData));
    }
    AttestOutcome outcome =
        fixture
            .core()
            .attest(
                TENANT,
                challenge.sessionId(),
                new EvidenceSet(challenge.nonce(), submissions, Optional.empty()));
    return ((AttestOutcome.Attested) outcome).result();
  }

  private void register() throws TransactionRefusedException {
    fixture
        .admin()
        .replaceReferenceValues(
            TENANT,
            "test",
            List.of(
                declared("launch_digest", Json.array(Json.of("abcde"))),
                declared("svn", Json.array(Json.of("1"))),
                declared("major_version", Json.of(1)),
                declared("minimum_minor_version", Json.of(1))));
  }

  private static ReferenceValue declared(String name, Json value) {
    return new ReferenceValue(
        name, value, CoreFixture.START.plus(Duration.ofDays(1)), Provenance.DECLARED, "");
  }

  private Decision releaseUnder(String policy, AttestationResult result) throws Exception {
    fixture.admin().putReleasePolicy(TENANT, "test", ReleasePolicy.builtIn(policy));
    return fixture.release(result);
  }

  @Test
  void sample_withoutReferenceValues_isContraindicated() throws Exception {
    AttestationResult result = attested("sample");
    assertThat(result.submodules().getFirst().status()).isEqualTo(TrustTier.CONTRAINDICATED);
    assertRefused(Code.NO_REFERENCE_VALUE, releaseUnder("default", result));
    assertRefused(Code.POLICY_DENIED, releaseUnder("trustee-affirming", result));
    assertRefused(Code.POLICY_DENIED, releaseUnder("trustee-default", result));
    assertThat(releaseUnder("allow-all", result)).isInstanceOf(Decision.Granted.class);
  }

  @Test
  void sample_withReferenceValues_isAffirmingButSaysInsecure() throws Exception {
    register();
    AttestationResult result = attested("sample");
    assertThat(result.affirming()).isTrue();
    assertThat(result.claims().compact()).contains("insecure-sample");
    assertThat(releaseUnder("affirming", result)).isInstanceOf(Decision.Granted.class);
    assertThat(releaseUnder("trustee-affirming", result)).isInstanceOf(Decision.Granted.class);
    assertRefused(Code.POLICY_DENIED, releaseUnder("trustee-default", result));
    assertRefused(Code.INIT_DATA_UNEXPECTED, releaseUnder("default", result));
  }

  @Test
  void sampleWithDevice_oneSubmoduleEach_deviceWithoutRuleSpoilsAffirming() throws Exception {
    register();
    AttestationResult result = attested("sample", "sampledevice");
    assertThat(result.submodules())
        .extracting(submodule -> submodule.name())
        .containsExactly("cpu0", "gpu0");
    assertThat(result.affirming()).isFalse();
    assertRefused(Code.POLICY_DENIED, releaseUnder("trustee-affirming", result));
  }
}
