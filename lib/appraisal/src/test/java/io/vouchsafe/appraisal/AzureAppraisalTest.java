package io.vouchsafe.appraisal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Check;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The built-in appraisal of confidential VMs on Azure: hardware and virtual TPM.
class AzureAppraisalTest extends ProcessorAppraisalTestCase {
  // Azure

  private static Json.Obj azureRegisters() {
    Json.ObjBuilder tpm = Json.object();
    for (int pcr = 0; pcr < 24; pcr++) {
      tpm.put("pcr%02d".formatted(pcr), pcr == 4 || pcr == 7 || pcr == 11 ? pcr(pcr) : zeros());
    }
    return tpm.build();
  }

  private static String zeros() {
    return "00".repeat(32);
  }

  /// As the reference broker writes them: numbers and bits as text, the measurement in base64.
  private static Json.Obj azureSnp() throws Exception {
    return snp()
        .with("policy_migrate_ma", Json.of("false"))
        .with("policy_debug_allowed", Json.of("false"))
        .with("reported_tcb_bootloader", Json.of("3"))
        .with("reported_tcb_tee", Json.of("0"))
        .with("reported_tcb_snp", Json.of("8"))
        .with("reported_tcb_microcode", Json.of("115"))
        .with("measurement", Json.of(Bytes.fromHex(MEASUREMENT).base64()))
        .with("tpm", azureRegisters());
  }

  @Test
  void azureSnp_withAllValues_affirms() throws Exception {
    Appraisal appraisal = appraise("az-snp-vtpm", azureSnp(), azureSnpValues());
    assertThat(appraisal.firstFailure()).isEmpty();
    assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.AFFIRMING);
    assertEveryCheckRuns(
        appraisal,
        Stream.concat(
                Arrays.stream(SnpAppraisalCheck.values()),
                Arrays.stream(VtpmAppraisalCheck.values()))
            .toArray(Check[]::new));
  }

  @Test
  void azureSnp_withoutAValue_asksForItByName() throws Exception {
    assertEachValueIsNeeded("az-snp-vtpm", azureSnp(), azureSnpValues());
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 7, 9, 11, 12, 13, 14})
  void azure_withARegisterChangedOrAbsent_isAWarning(int pcr) throws Exception {
    String name = "pcr%02d".formatted(pcr);
    for (Json.Obj changed :
        List.of(azureRegisters().with(name, Json.of(pcr(0xee))), azureRegisters().without(name))) {
      Appraisal appraisal =
          appraise("az-snp-vtpm", azureSnp().with("tpm", changed), azureSnpValues());
      assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.WARNING);
      assertThat(firstCheck(appraisal)).startsWith("appraisal.vtpm.");
      appraisal = appraise("az-tdx-vtpm", tdx().with("tpm", changed), azureTdxValues());
      assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.WARNING);
      assertThat(firstCheck(appraisal)).startsWith("appraisal.vtpm.");
    }
  }

  @Test
  void azureTdx_withAllValues_affirms() {
    Json.Obj claims = tdx().with("tpm", azureRegisters());
    Appraisal appraisal = appraise("az-tdx-vtpm", claims, azureTdxValues());
    assertThat(appraisal.firstFailure()).isEmpty();
    assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.AFFIRMING);
    assertEachValueIsNeeded("az-tdx-vtpm", claims, azureTdxValues());
  }
}
