package io.vouchsafe.trust.core;

import static io.vouchsafe.trust.core.CoreFixture.GUEST_KEY;
import static io.vouchsafe.trust.core.CoreFixture.INIT_DATA;
import static io.vouchsafe.trust.core.CoreFixture.TENANT;
import static io.vouchsafe.trust.core.CoreFixture.answer;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.testkit.tpm.BootLog;
import io.vouchsafe.testkit.tpm.SoftTpm;
import io.vouchsafe.trust.store.TrustedAk;
import io.vouchsafe.verdict.Code;
import org.junit.jupiter.api.Test;

/// A guest from its evidence to the key, and keys that are not of an enrolled TPM.
class TrustCoreTest extends CoreTestCase {
  @Test
  void guest_withRegisteredBootAndInitData_getsTheKey() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    assertThat(result.affirming()).isTrue();
    assertThat(result.teePublicKey()).contains(GUEST_KEY);
    assertThat(value(fixture.release(result))).isEqualTo(CoreFixture.VALUE);
  }

  @Test
  void resource_changed_newVersionIsGiven() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    fixture.putResource("rotated");
    Decision.Granted granted = (Decision.Granted) fixture.release(result);
    assertThat(granted.version()).isEqualTo(2);
    assertThat(value(granted)).isEqualTo("rotated");
  }

  @Test
  void key_thatTheCallerMadeUp_getsNothing() throws Exception {
    SoftTpm selfMade = CoreFixture.stranger();
    assertRefused(Code.AK_NOT_TRUSTED, fixture.attest(selfMade));
  }

  @Test
  void bareKey_onTheTenantsList_isTakenUntilItIsRemoved() throws Exception {
    SoftTpm machine = CoreFixture.stranger();
    machine.boot(BootLog.direct(CoreFixture.KERNEL, CoreFixture.COMMAND_LINE, CoreFixture.INITRD));
    machine.measureInitData(INIT_DATA);
    assertRefused(Code.AK_NOT_TRUSTED, bare(machine));
    fixture
        .admin()
        .putTrustedAk(
            TENANT, Administrator.of("test"), new TrustedAk(machine.akPublic(), "lab machine"));
    AttestOutcome.Attested attested = (AttestOutcome.Attested) bare(machine);
    assertThat(value(fixture.release(attested.result()))).isEqualTo(CoreFixture.VALUE);
    assertThat(fixture.admin().removeTrustedAk(TENANT, "test", machine.akPublic())).isTrue();
    assertRefused(Code.AK_NOT_TRUSTED, bare(machine));
    assertRefused(Code.AK_NOT_TRUSTED, fixture.release(attested.result()));
  }

  private AttestOutcome bare(SoftTpm machine) throws TransactionRefusedException {
    Challenge challenge = fixture.challenge("tpm");
    Bytes bound = CoreFixture.digest(CoreFixture.runtimeData(challenge.nonce(), GUEST_KEY));
    return fixture
        .core()
        .attest(
            TENANT,
            challenge.sessionId(),
            answer(challenge.nonce(), machine.evidence().reportData(bound).bare().build()));
  }
}
