package io.vouchsafe.appraisal;

import static io.vouchsafe.appraisal.Fixtures.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.appraisal.TrustVector.Claim;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The built-in appraisal of TDX evidence.
class TdxAppraisalTest extends ProcessorAppraisalTestCase {
  @Test
  void tdx_withAllValues_affirms() {
    Appraisal appraisal = appraise("tdx", tdx(), tdxValues());
    assertThat(appraisal.firstFailure()).isEmpty();
    assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.AFFIRMING);
    assertEveryCheckRuns(appraisal, TdxAppraisalCheck.values());
  }

  @Test
  void tdx_withoutAValue_asksForItByName() {
    assertEachValueIsNeeded("tdx", tdx(), tdxValues());
  }

  @ParameterizedTest
  @CsvSource({
    "mr_td,appraisal.tdx.mr-td,MEASUREMENT_MISMATCH",
    "rtmr_0,appraisal.tdx.rtmr-0,MEASUREMENT_MISMATCH",
    "rtmr_1,appraisal.tdx.rtmr-1,MEASUREMENT_MISMATCH",
    "rtmr_2,appraisal.tdx.rtmr-2,MEASUREMENT_MISMATCH",
    "rtmr_3,appraisal.tdx.rtmr-3,NO_REFERENCE_VALUE"
  })
  void tdx_withOneRegisterChanged_failsByName(String register, String check, Code code) {
    Appraisal appraisal = appraise("tdx", tdx(Map.of(register, OTHER)), tdxValues());
    assertThat(firstCode(appraisal)).contains(code);
    assertThat(firstCheck(appraisal)).isEqualTo(check);
    assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.WARNING);
  }

  @Test
  void tdx_withARegisteredRtmr3_wantsThatOne() {
    List<ReferenceValue> values = with(tdxValues(), value("tdx_rtmr_3", Json.of(OTHER)));
    assertThat(appraise("tdx", tdx(Map.of("rtmr_3", OTHER)), values).firstFailure()).isEmpty();
    assertThat(firstCode(appraise("tdx", tdx(), values))).contains(Code.MEASUREMENT_MISMATCH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OutOfDate",
        "SWHardeningNeeded",
        "ConfigurationNeeded",
        "ConfigurationAndSWHardeningNeeded",
        "OutOfDateConfigurationNeeded",
        "TDRelaunchAdvised",
        "SomethingNew"
      })
  void tdx_notUpToDate_isAWarningWithItsAdvisories(String status) {
    Json.Obj claims =
        tdx()
            .with("tcb_status", Json.of(status))
            .with("tcb_date", Json.of("2024-03-13T00:00:00Z"))
            .with("advisory_ids", Json.strings(List.of("INTEL-SA-00586", "INTEL-SA-00615")));
    Appraisal appraisal = appraise("tdx", claims, tdxValues());
    assertThat(firstCode(appraisal)).contains(Code.TCB_NOT_UP_TO_DATE);
    assertThat(appraisal.firstFailure().orElseThrow().result().found())
        .isEqualTo(status + " since 2024-03-13T00:00:00Z: INTEL-SA-00586, INTEL-SA-00615");
    assertThat(appraisal.vector().claims()).containsEntry(Claim.HARDWARE, 32);
    assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.WARNING);
  }

  @ParameterizedTest
  @CsvSource({"Revoked,TCB_REVOKED", "'',COLLATERAL_MISSING"})
  void tdx_ofARevokedOrUnknownLevel_isContraindicated(String status, Code code) {
    Appraisal appraisal = appraise("tdx", tdx().with("tcb_status", Json.of(status)), tdxValues());
    assertThat(firstCode(appraisal)).contains(code);
    assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.CONTRAINDICATED);
  }

  @Test
  void tdx_withDebugOrWithoutAttributes_isContraindicated() {
    Json.Obj debug = Json.object().put("debug", true).build();
    for (Json.Obj claims :
        List.of(tdx().with("td_attributes", debug), tdx().without("td_attributes"))) {
      Appraisal appraisal = appraise("tdx", claims, tdxValues());
      assertThat(firstCode(appraisal)).contains(Code.POLICY_DEBUG);
      assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.CONTRAINDICATED);
    }
  }
}
