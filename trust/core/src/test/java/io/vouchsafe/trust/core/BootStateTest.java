package io.vouchsafe.trust.core;

import static io.vouchsafe.trust.core.CoreFixture.GUEST_KEY;
import static io.vouchsafe.trust.core.CoreFixture.INIT_DATA;
import static io.vouchsafe.trust.core.CoreFixture.TENANT;
import static io.vouchsafe.trust.core.CoreFixture.answer;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.testkit.tpm.BootLog;
import io.vouchsafe.testkit.tpm.SoftTpm;
import io.vouchsafe.verdict.Code;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a guest booted against the reference values.
class BootStateTest extends CoreTestCase {
  /// The code with which the key is refused to a machine that booted that.
  private Refused refusedFor(Bytes kernel, Bytes commandLine, Bytes initrd) throws Exception {
    SoftTpm machine = fixture.otherBoot(kernel, commandLine, initrd);
    return refused(fixture.release(fixture.attested(machine)));
  }

  @Test
  void commandLine_oneWordMore_isRefusedByName() throws Exception {
    Refused refused = refusedFor(CoreFixture.KERNEL, OTHER, CoreFixture.INITRD);
    assertThat(refused.code()).isEqualTo(Code.COMMAND_LINE_UNEXPECTED);
    assertThat(refused.refusal().check()).isEqualTo("appraisal.tpm.command-line");
    assertThat(refused.refusal().expected()).isEqualTo(CoreFixture.COMMAND_LINE.hex());
    assertThat(refused.refusal().found()).isEqualTo(OTHER.hex());
    assertThat(refused.refusal().remedy()).isNotEmpty();
    assertThat(fixture.last().id()).isEqualTo(refused.id());
    assertThat(fixture.last().body().string("outcome")).isEqualTo("refused");
  }

  @Test
  void initrd_changed_isRefusedByName() throws Exception {
    assertRefused(
        Code.INITRD_UNEXPECTED, refusedFor(CoreFixture.KERNEL, CoreFixture.COMMAND_LINE, OTHER));
  }

  @Test
  void kernel_changed_isRefusedByName() throws Exception {
    assertRefused(
        Code.KERNEL_UNEXPECTED, refusedFor(OTHER, CoreFixture.COMMAND_LINE, CoreFixture.INITRD));
  }

  @Test
  void firmware_changed_isRefusedByName() throws Exception {
    SoftTpm machine =
        fixture.otherBoot(CoreFixture.KERNEL, CoreFixture.COMMAND_LINE, CoreFixture.INITRD);
    BootLog log = new BootLog();
    log.measured(0, 8, Bytes.utf8("another firmware"));
    machine.boot(log.toBytes());
    machine.measureInitData(INIT_DATA);
    assertRefused(Code.FIRMWARE_UNEXPECTED, fixture.release(fixture.attested(machine)));
  }

  @Test
  void boot_withoutLog_isJudgedByWholeRegisters() throws Exception {
    SoftTpm machine = fixture.otherBoot(CoreFixture.KERNEL, OTHER, CoreFixture.INITRD);
    Challenge challenge = fixture.challenge("tpm");
    Bytes bound = CoreFixture.digest(CoreFixture.runtimeData(challenge.nonce(), GUEST_KEY));
    AttestOutcome outcome =
        fixture
            .core()
            .attest(
                TENANT,
                challenge.sessionId(),
                answer(
                    challenge.nonce(),
                    machine.evidence().reportData(bound).withoutEventLog().build()));
    AttestationResult result = ((AttestOutcome.Attested) outcome).result();
    assertRefused(Code.BOOT_STATE_UNEXPECTED, fixture.release(result));
  }

  @Test
  void referenceValues_none_isRefused() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    fixture.core().references().delete(TENANT, Administrator.of("test"), "tpm_pcr00");
    Refused refused = refused(fixture.release(result));
    assertThat(refused.code()).isEqualTo(Code.NO_REFERENCE_VALUE);
    assertThat(refused.refusal().expected()).contains("tpm_pcr00");
  }

  @Test
  void referenceValue_pastItsEnd_isRefused() throws Exception {
    fixture.core().references().delete(TENANT, Administrator.of("test"), "tpm_initrd");
    ReferenceValue brief =
        new ReferenceValue(
            "tpm_initrd",
            Json.of(CoreFixture.INITRD.hex()),
            fixture.now().plusSeconds(10),
            Provenance.PREDICTED,
            "a test");
    fixture.core().references().add(TENANT, Administrator.of("test"), List.of(brief));
    AttestationResult result = fixture.attested(fixture.tpm());
    assertThat(value(fixture.release(result))).isEqualTo(CoreFixture.VALUE);
    fixture.move(Duration.ofSeconds(10));
    assertRefused(Code.REFERENCE_VALUE_EXPIRED, fixture.release(result));
  }
}
