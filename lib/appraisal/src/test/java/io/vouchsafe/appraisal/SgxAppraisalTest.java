package io.vouchsafe.appraisal;

import static io.vouchsafe.appraisal.Fixtures.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The built-in appraisal of SGX evidence.
class SgxAppraisalTest extends ProcessorAppraisalTestCase {
  private static List<ReferenceValue> byMeasurement() {
    return List.of(value("sgx_mr_enclave", Json.of(ENCLAVE)));
  }

  @Test
  void sgx_knownByMeasurementOrSigner_affirms() {
    for (List<ReferenceValue> values :
        List.of(byMeasurement(), bySigner(), with(bySigner(), byMeasurement().getFirst()))) {
      Appraisal appraisal = appraise("sgx", sgx(), values);
      assertThat(appraisal.firstFailure()).isEmpty();
      assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.AFFIRMING);
      assertEveryCheckRuns(appraisal, SgxAppraisalCheck.values());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "52,0201,0500,appraisal.sgx.mr-signer,MEASUREMENT_MISMATCH",
    "51,0102,0500,appraisal.sgx.isv-prod-id,MEASUREMENT_MISMATCH",
    "51,02,0500,appraisal.sgx.isv-prod-id,MEASUREMENT_MISMATCH",
    "51,0201,0400,appraisal.sgx.isv-svn,SVN_BELOW_MINIMUM",
    "51,0201,zz00,appraisal.sgx.isv-svn,SVN_BELOW_MINIMUM"
  })
  void sgx_ofAnotherSignerProductOrVersion_isNotRecognised(
      String signer, String product, String svn, String check, Code code) {
    Json.Obj claims = sgx(OTHER, signer.repeat(32), product, svn, "0500000000000000");
    Appraisal appraisal = appraise("sgx", claims, bySigner());
    assertThat(firstCode(appraisal)).contains(code);
    assertThat(firstCheck(appraisal)).isEqualTo(check);
    assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.WARNING);
  }

  @Test
  void sgx_withoutPartOfTheSignersValues_asksForIt() {
    for (String name : List.of("sgx_isv_prod_id", "sgx_minimum_isv_svn")) {
      Appraisal appraisal = appraise("sgx", sgx(), without(bySigner(), name));
      assertThat(firstCode(appraisal)).contains(Code.NO_REFERENCE_VALUE);
      assertThat(appraisal.firstFailure().orElseThrow().result().expected())
          .isEqualTo("a reference value " + name);
    }
  }

  @Test
  void sgx_withAnotherMeasurementAndHalfOfTheSignersValues_isNotRecognised() {
    List<ReferenceValue> values = with(byMeasurement(), bySigner().getFirst());
    Json.Obj claims = sgx(OTHER.substring(0, 64), SIGNER, "0201", "0500", "0500000000000000");
    Appraisal appraisal = appraise("sgx", claims, values);
    assertThat(firstCheck(appraisal)).isEqualTo("appraisal.sgx.mr-enclave");
    assertThat(firstCode(appraisal)).contains(Code.MEASUREMENT_MISMATCH);
    assertThat(firstCode(appraise("sgx", claims, with(bySigner(), byMeasurement().getFirst()))))
        .isEmpty();
  }

  @Test
  void sgx_withNoValues_asksForTheMeasurement() {
    Appraisal appraisal = appraise("sgx", sgx(), List.of());
    assertThat(firstCheck(appraisal)).isEqualTo("appraisal.sgx.mr-enclave");
    assertThat(firstCode(appraisal)).contains(Code.NO_REFERENCE_VALUE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0700000000000000", "0200000000000000", "", "zz"})
  void sgx_withDebugOrUnreadableFlags_isContraindicated(String flags) {
    Appraisal appraisal =
        appraise("sgx", sgx(ENCLAVE, SIGNER, "0201", "0500", flags), byMeasurement());
    assertThat(firstCode(appraisal)).contains(Code.POLICY_DEBUG);
    assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.CONTRAINDICATED);
  }
}
