package io.vouchsafe.appraisal;

import static io.vouchsafe.appraisal.Fixtures.TIME;
import static io.vouchsafe.appraisal.Fixtures.sample;
import static io.vouchsafe.appraisal.Fixtures.sampleClaims;
import static io.vouchsafe.appraisal.Fixtures.tpm;
import static io.vouchsafe.appraisal.Fixtures.tpmClaims;
import static io.vouchsafe.appraisal.Fixtures.tpmValues;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.appraisal.TrustVector.Claim;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Code;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttestationPolicyTest {

  private static Appraisal appraise(EvidenceClaims evidence, List<ReferenceValue> values) {
    return AttestationPolicy.DEFAULT.appraise(evidence, ReferenceValues.of(values), TIME);
  }

  private static Optional<Code> firstCode(Appraisal appraisal) {
    return appraisal.firstFailure().flatMap(Finding::code);
  }

  private static List<ReferenceValue> without(String name) {
    List<ReferenceValue> values = new ArrayList<>(tpmValues());
    values.removeIf(value -> value.name().equals(name));
    return values;
  }

  @Test
  void tpm_withAllValues_affirms() {
    Appraisal appraisal = appraise(tpm(tpmClaims()), tpmValues());
    assertThat(appraisal.firstFailure()).isEmpty();
    assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.AFFIRMING);
    assertThat(appraisal.vector().claims())
        .containsEntry(Claim.INSTANCE_IDENTITY, 2)
        .containsEntry(Claim.CONFIGURATION, 2)
        .containsEntry(Claim.EXECUTABLES, 3)
        .containsEntry(Claim.HARDWARE, 2);
    assertThat(appraisal.findings())
        .extracting(finding -> finding.result().check())
        .containsExactlyElementsOf(
            Arrays.stream(TpmAppraisalCheck.values()).map(TpmAppraisalCheck::id).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "pcr00,FIRMWARE_UNEXPECTED,appraisal.tpm.firmware",
    "pcr01,FIRMWARE_UNEXPECTED,appraisal.tpm.firmware-settings",
    "pcr02,FIRMWARE_UNEXPECTED,appraisal.tpm.option-roms",
    "pcr03,FIRMWARE_UNEXPECTED,appraisal.tpm.option-rom-settings",
    "pcr04,BOOT_STATE_UNEXPECTED,appraisal.tpm.boot-applications",
    "pcr05,FIRMWARE_UNEXPECTED,appraisal.tpm.boot-settings",
    "pcr06,FIRMWARE_UNEXPECTED,appraisal.tpm.platform-events",
    "pcr07,FIRMWARE_UNEXPECTED,appraisal.tpm.secure-boot",
    "pcr09,BOOT_STATE_UNEXPECTED,appraisal.tpm.boot-files"
  })
  void tpm_withOneRegisterChanged_failsByName(String pcr, Code code, String check) {
    Json.Obj claims = tpmClaims().with(pcr, Json.of("ab".repeat(32)));
    Appraisal appraisal = appraise(tpm(claims), tpmValues());
    assertThat(firstCode(appraisal)).contains(code);
    assertThat(appraisal.firstFailure().orElseThrow().result().check()).isEqualTo(check);
    assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.WARNING);
  }

  @ParameterizedTest
  @CsvSource({
    "kernel,KERNEL_UNEXPECTED",
    "command_line,COMMAND_LINE_UNEXPECTED",
    "initrd,INITRD_UNEXPECTED"
  })
  void tpm_withOneEventChangedOrAbsent_failsByName(String event, Code code) throws Exception {
    Json.Obj boot = tpmClaims().object("boot");
    for (Json.Obj changed :
        List.of(boot.with(event, Json.of("ab".repeat(32))), boot.without(event))) {
      Appraisal appraisal = appraise(tpm(tpmClaims().with("boot", changed)), tpmValues());
      assertThat(firstCode(appraisal)).contains(code);
      assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.WARNING);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tpm_pcr00",
    "tpm_pcr01",
    "tpm_pcr02",
    "tpm_pcr03",
    "tpm_pcr04",
    "tpm_pcr05",
    "tpm_pcr07",
    "tpm_pcr09",
    "tpm_kernel",
    "tpm_command_line",
    "tpm_initrd"
  })
  void tpm_withoutOneReferenceValue_isNotAffirming(String name) {
    Appraisal appraisal = appraise(tpm(tpmClaims()), without(name));
    assertThat(firstCode(appraisal)).contains(Code.NO_REFERENCE_VALUE);
    assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.WARNING);
  }

  @Test
  void tpm_withoutValueForPlatformEvents_isNotCheckedThere() {
    Appraisal appraisal = appraise(tpm(tpmClaims()), without("tpm_pcr06"));
    assertThat(appraisal.firstFailure()).isEmpty();
    assertThat(appraisal.findings())
        .anyMatch(it ->
            it.result().check().equals(TpmAppraisalCheck.PLATFORM_EVENTS.id())
                && it.result().outcome() == CheckResult.Outcome.NOT_CHECKED);
  }

  @Test
  void tpm_withoutLog_isJudgedByWholeRegisters() {
    Appraisal good = appraise(tpm(tpmClaims().without("boot")), tpmValues());
    assertThat(good.vector().tier()).isEqualTo(TrustTier.AFFIRMING);
    Json.Obj changed = tpmClaims().without("boot").with("pcr09", Json.of("ab".repeat(32)));
    assertThat(firstCode(appraise(tpm(changed), tpmValues()))).contains(Code.BOOT_STATE_UNEXPECTED);
  }

  @Test
  void tpm_withRegisterMissing_fails() {
    assertThat(firstCode(appraise(tpm(tpmClaims().without("pcr00")), tpmValues())))
        .contains(Code.FIRMWARE_UNEXPECTED);
  }

  @Test
  void tpm_withInsecureAnchor_isContraindicated() {
    EvidenceClaims evidence =
        new EvidenceClaims(
            "tpm", "cpu", EvidenceClaims.INSECURE_SAMPLE, tpmClaims(), Json.NULL, Optional.empty());
    Appraisal appraisal = appraise(evidence, tpmValues());
    assertThat(firstCode(appraisal)).contains(Code.AK_NOT_TRUSTED);
    assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.CONTRAINDICATED);
  }

  @Test
  void tpm_withNothingRegistered_hasNoReferenceValue() {
    assertThat(firstCode(appraise(tpm(tpmClaims()), List.of()))).contains(Code.NO_REFERENCE_VALUE);
  }

  private static void assertSample(
      Json.Obj claims, List<ReferenceValue> values, int executables, int hardware, int config) {
    assertThat(appraise(sample(claims), values).vector())
        .isEqualTo(
            TrustVector.UNSTATED
                .with(Claim.EXECUTABLES, executables)
                .with(Claim.HARDWARE, hardware)
                .with(Claim.CONFIGURATION, config));
  }

  private static List<ReferenceValue> sampleWith(String name, Json value) {
    List<ReferenceValue> values = new ArrayList<>(Fixtures.sampleValues());
    values.removeIf(it -> it.name().equals(name));
    values.add(Fixtures.value(name, value));
    return values;
  }

  @Test
  void sample_underTheRulesOfTheReferenceBroker_hasItsVector() {
    List<ReferenceValue> values = Fixtures.sampleValues();
    assertSample(sampleClaims(), values, 3, 2, 2);
    assertSample(sampleClaims(), List.of(), 33, 97, 2);
    assertSample(sampleClaims().with("debug", Json.TRUE), values, 3, 2, 36);
    assertSample(sampleClaims().without("debug"), values, 3, 2, 36);
    assertSample(sampleClaims().with("svn", Json.of("2")), values, 3, 97, 2);
    assertSample(sampleClaims().with("svn", Json.of(1)), values, 3, 97, 2);
    assertSample(sampleClaims().with("launch_digest", Json.of("x")), values, 33, 2, 2);
    assertSample(sampleClaims(), sampleWith("major_version", Json.of(2)), 3, 97, 2);
    assertSample(sampleClaims(), sampleWith("minimum_minor_version", Json.of(4)), 3, 2, 2);
    assertSample(sampleClaims(), sampleWith("minimum_minor_version", Json.of(5)), 3, 97, 2);
    assertSample(sampleClaims(), sampleWith("minimum_minor_version", Json.of("1")), 3, 97, 2);
    assertSample(sampleClaims().with("platform_version", Json.of(1)), values, 3, 97, 2);
  }

  @Test
  void evidence_withoutRule_isContraindicated() {
    EvidenceClaims cca =
        new EvidenceClaims(
            "cca", "cpu", "production", Json.object().build(), Json.NULL, Optional.empty());
    Appraisal appraisal = appraise(cca, tpmValues());
    assertThat(appraisal.vector().claims())
        .containsEntry(Claim.EXECUTABLES, 33)
        .containsEntry(Claim.HARDWARE, 97)
        .containsEntry(Claim.CONFIGURATION, 36);
    assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.CONTRAINDICATED);
    assertThat(firstCode(appraisal)).isPresent();
  }

  @Test
  void policy_writtenAndRead_isEqual() throws FormatException {
    assertThat(AttestationPolicy.parse(AttestationPolicy.DEFAULT.json()))
        .isEqualTo(AttestationPolicy.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}",
        "{\"type\":\"rego\",\"name\":\"default\"}",
        "{\"type\":\"builtin\",\"name\":\"other\"}",
        "{\"type\":\"builtin\"}"
      })
  void policy_ofUnknownForm_isRefused(String text) {
    assertThatThrownBy(
            () -> AttestationPolicy.parse(Json.parse(text, JsonLimits.MESSAGE).asObject("policy")))
        .isInstanceOf(FormatException.class);
  }
}
