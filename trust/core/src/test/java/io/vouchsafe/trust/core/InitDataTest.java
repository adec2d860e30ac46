package io.vouchsafe.trust.core;

import static io.vouchsafe.trust.core.CoreFixture.GUEST_KEY;
import static io.vouchsafe.trust.core.CoreFixture.INIT_DATA;
import static io.vouchsafe.trust.core.CoreFixture.TENANT;
import static io.vouchsafe.trust.core.CoreFixture.answer;
import static io.vouchsafe.trust.core.CoreFixture.quote;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.testkit.tpm.BootLog;
import io.vouchsafe.testkit.tpm.SoftTpm;
import io.vouchsafe.verdict.Code;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Init-data that was sent, measured and registered, or not.
class InitDataTest extends CoreTestCase {
  @Test
  void initData_notRegistered_isRefused() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    fixture.admin().replaceReferenceValues(TENANT, "test", List.of(CoreFixture.initData(OTHER)));
    Refused refused = refused(fixture.release(result));
    assertThat(refused.code()).isEqualTo(Code.INIT_DATA_UNEXPECTED);
    assertThat(refused.refusal().found()).isEqualTo(INIT_DATA.hex());
  }

  private AttestOutcome attestWithoutInitData(SoftTpm machine) throws Exception {
    Challenge challenge = fixture.challenge("tpm");
    Json.Obj runtimeData = CoreFixture.runtimeData(challenge.nonce(), GUEST_KEY);
    ExpectedBinding binding =
        new ExpectedBinding(CoreFixture.digest(runtimeData), Optional.empty());
    EvidenceSet.Submission submission =
        new EvidenceSet.Submission("tpm", quote(machine, challenge.nonce()), binding, runtimeData);
    return fixture
        .core()
        .attest(
            TENANT,
            challenge.sessionId(),
            new EvidenceSet(challenge.nonce(), List.of(submission), Optional.empty()));
  }

  @Test
  void initData_measuredButNotSent_isRefusedAtVerification() throws Exception {
    assertRefused(Code.EVENTLOG_MISMATCH, attestWithoutInitData(fixture.tpm()));
  }

  @Test
  void initData_neitherMeasuredNorSent_isRefusedAtRelease() throws Exception {
    fixture
        .tpm()
        .boot(BootLog.direct(CoreFixture.KERNEL, CoreFixture.COMMAND_LINE, CoreFixture.INITRD));
    AttestOutcome outcome = attestWithoutInitData(fixture.tpm());
    AttestationResult result = ((AttestOutcome.Attested) outcome).result();
    assertRefused(Code.INIT_DATA_UNEXPECTED, fixture.release(result));
  }

  @Test
  void initData_otherThanMeasured_isRefusedAtVerification() throws Exception {
    Challenge challenge = fixture.challenge("tpm");
    assertRefused(
        Code.INIT_DATA_MISMATCH,
        fixture
            .core()
            .attest(
                TENANT,
                challenge.sessionId(),
                answer(
                    challenge.nonce(), GUEST_KEY, quote(fixture.tpm(), challenge.nonce()), OTHER)));
  }
}
