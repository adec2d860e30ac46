package io.vouchsafe.appraisal;

import static io.vouchsafe.appraisal.Fixtures.TIME;
import static io.vouchsafe.appraisal.Fixtures.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.appraisal.TrustVector.Claim;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The built-in appraisal of SEV-SNP evidence.
class SnpAppraisalTest extends ProcessorAppraisalTestCase {
  @Test
  void snp_withAllValues_affirms() {
    Appraisal appraisal = appraise("snp", snp(), snpValues());
    assertThat(appraisal.firstFailure()).isEmpty();
    assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.AFFIRMING);
    assertEveryCheckRuns(appraisal, SnpAppraisalCheck.values());
  }

  @Test
  void snp_withoutAValue_asksForItByName() {
    assertEachValueIsNeeded("snp", snp(), snpValues());
  }

  @ParameterizedTest
  @CsvSource({
    "reported_tcb_bootloader,2",
    "reported_tcb_snp,7",
    "reported_tcb_microcode,114",
    "reported_tcb_microcode,-1"
  })
  void snp_withOnePartOfTheTcbBelow_isAWarning(String claim, int value) {
    Appraisal appraisal = appraise("snp", snp().with(claim, Json.of(value)), snpValues());
    assertThat(firstCode(appraisal)).contains(Code.TCB_BELOW_MINIMUM);
    assertThat(appraisal.vector().claims()).containsEntry(Claim.HARDWARE, 32);
    assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.WARNING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bootloader", "tee", "snp", "microcode"})
  void snp_withABoundThatForgetsAPart_isBelowIt(String part) {
    List<ReferenceValue> values =
        with(
            without(snpValues(), "snp_minimum_tcb"),
            value("snp_minimum_tcb", tcb("Milan", 0, 0, 0, 0).without(part)));
    assertThat(firstCode(appraise("snp", snp(), values))).contains(Code.TCB_BELOW_MINIMUM);
  }

  @Test
  void snp_withFirstMutableCode_needsABoundThatHasOne() {
    Json.Obj claims = snp().with("reported_tcb_fmc", Json.of(2));
    Json.Obj bound = tcb("Milan", 0, 0, 0, 0);
    assertThat(firstCode(appraise("snp", claims, snpValues()))).contains(Code.TCB_BELOW_MINIMUM);
    for (int fmc = 1; fmc <= 3; fmc++) {
      List<ReferenceValue> values =
          with(
              without(snpValues(), "snp_minimum_tcb"),
              value("snp_minimum_tcb", bound.with("fmc", Json.of(fmc))));
      assertThat(firstCode(appraise("snp", claims, values)).isEmpty())
          .as("minimum %d", fmc)
          .isEqualTo(fmc <= 2);
    }
  }

  @Test
  void snp_ofAProductWithoutABound_asksForOne() {
    Appraisal appraisal = appraise("snp", snp().with("product", Json.of("Turin")), snpValues());
    assertThat(firstCode(appraisal)).contains(Code.NO_REFERENCE_VALUE);
    assertThat(appraisal.firstFailure().orElseThrow().result().expected())
        .isEqualTo("a reference value snp_minimum_tcb for Turin");
    assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.WARNING);
  }

  @Test
  void snp_withDebug_isContraindicated() {
    Appraisal appraisal =
        appraise("snp", snp().with("policy_debug_allowed", Json.TRUE), snpValues());
    assertThat(firstCode(appraisal)).contains(Code.POLICY_DEBUG);
    assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.CONTRAINDICATED);
  }

  @ParameterizedTest
  @CsvSource({
    "policy_migrate_ma,POLICY_MIGRATION,WARNING",
    "policy_debug_allowed,POLICY_DEBUG,CONTRAINDICATED",
    "measurement,MEASUREMENT_MISMATCH,WARNING",
    "reported_tcb_snp,TCB_BELOW_MINIMUM,WARNING",
    "product,NO_REFERENCE_VALUE,WARNING"
  })
  void snp_withoutAClaim_fails(String claim, Code code, TrustTier tier) {
    Appraisal appraisal = appraise("snp", snp().without(claim), snpValues());
    assertThat(firstCode(appraisal)).contains(code);
    assertThat(appraisal.vector().tier()).isEqualTo(tier);
  }

  @Test
  void snp_withAnotherMeasurement_isNotRecognised() {
    Appraisal appraisal = appraise("snp", snp().with("measurement", Json.of(OTHER)), snpValues());
    assertThat(firstCode(appraisal)).contains(Code.MEASUREMENT_MISMATCH);
    assertThat(appraisal.firstFailure().orElseThrow().result().expected()).isEqualTo(MEASUREMENT);
    assertThat(appraisal.vector().claims()).containsEntry(Claim.EXECUTABLES, 33);
  }

  @Test
  void snp_withHostDataThatNobodySent_fails() {
    Appraisal appraisal =
        AttestationPolicy.DEFAULT.appraise(
            evidence("snp", snp(), false), ReferenceValues.of(snpValues()), TIME);
    assertThat(firstCode(appraisal)).contains(Code.INIT_DATA_UNEXPECTED);
    assertThat(appraisal.vector().claims()).containsEntry(Claim.CONFIGURATION, 36);
  }

  @Test
  void snp_withHostDataOfZeros_needsNoInitData() {
    Appraisal appraisal =
        AttestationPolicy.DEFAULT.appraise(
            evidence("snp", snp().with("init_data", Json.of("00".repeat(32))), false),
            ReferenceValues.of(snpValues()),
            TIME);
    assertThat(appraisal.firstFailure()).isEmpty();
  }
}
