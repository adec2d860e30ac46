package io.vouchsafe.appraisal;

import static io.vouchsafe.appraisal.Fixtures.INIT_DATA;
import static io.vouchsafe.appraisal.Fixtures.TIME;
import static io.vouchsafe.appraisal.Fixtures.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.appraisal.TrustVector.Claim;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessorAppraisalTest {
  private static final String MEASUREMENT = "5a".repeat(48);
  private static final String ZERO_48 = "00".repeat(48);
  private static final String OTHER = "ab".repeat(48);

  private static EvidenceClaims evidence(String tee, Json.Obj claims, boolean initData) {
    return new EvidenceClaims(
        tee,
        "cpu",
        "production",
        claims,
        Json.NULL,
        initData
            ? Optional.of(new EvidenceClaims.InitData(INIT_DATA, Json.NULL))
            : Optional.empty());
  }

  private static Appraisal appraise(String tee, Json.Obj claims, List<ReferenceValue> values) {
    return AttestationPolicy.DEFAULT.appraise(
        evidence(tee, claims, true), ReferenceValues.of(values), TIME);
  }

  private static Optional<Code> firstCode(Appraisal appraisal) {
    return appraisal.firstFailure().flatMap(Finding::code);
  }

  private static String firstCheck(Appraisal appraisal) {
    return appraisal.firstFailure().orElseThrow().result().check();
  }

  private static List<ReferenceValue> without(List<ReferenceValue> values, String name) {
    List<ReferenceValue> rest = new ArrayList<>(values);
    rest.removeIf(value -> value.name().equals(name));
    return rest;
  }

  private static List<ReferenceValue> with(List<ReferenceValue> values, ReferenceValue... more) {
    return Stream.concat(values.stream(), Arrays.stream(more)).toList();
  }

  /// Every value changed, one after the other, must fail; every value missing must be asked for by
  /// its name.
  private static void assertEachValueIsNeeded(
      String tee, Json.Obj claims, List<ReferenceValue> values) {
    for (String name : values.stream().map(ReferenceValue::name).distinct().toList()) {
      Appraisal appraisal = appraise(tee, claims, without(values, name));
      Finding first = appraisal.firstFailure().orElseThrow();
      assertThat(first.code()).as(name).contains(Code.NO_REFERENCE_VALUE);
      assertThat(first.result().expected()).startsWith("a reference value " + name);
      assertThat(first.refusal().orElseThrow().remedy())
          .startsWith("Register a reference value " + name);
      assertThat(appraisal.vector().tier()).isNotEqualTo(TrustTier.AFFIRMING);
    }
  }

  private static void assertEveryCheckRuns(Appraisal appraisal, Check... checks) {
    assertThat(appraisal.findings())
        .extracting(finding -> finding.result().check())
        .containsExactlyInAnyOrderElementsOf(Arrays.stream(checks).map(Check::id).toList());
  }

  // SEV-SNP

  private static Json.Obj snp() {
    return Json.object()
        .put("policy_migrate_ma", false)
        .put("policy_debug_allowed", false)
        .put("reported_tcb_bootloader", 3)
        .put("reported_tcb_tee", 0)
        .put("reported_tcb_snp", 8)
        .put("reported_tcb_microcode", 115)
        .put("measurement", MEASUREMENT)
        .put("init_data", INIT_DATA)
        .put("product", "Milan")
        .build();
  }

  private static Json.Obj tcb(String product, int bootloader, int tee, int snp, int microcode) {
    return Json.object()
        .put("product", product)
        .put("bootloader", bootloader)
        .put("tee", tee)
        .put("snp", snp)
        .put("microcode", microcode)
        .build();
  }

  private static List<ReferenceValue> snpValues() {
    return List.of(
        value("snp_minimum_tcb", tcb("Genoa", 9, 9, 9, 9)),
        value("snp_minimum_tcb", tcb("Milan", 3, 0, 8, 115)),
        value("snp_launch_digest", Json.of(MEASUREMENT)));
  }

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

  // Azure

  private static Json.Obj azureRegisters() {
    Json.ObjBuilder tpm = Json.object();
    for (int pcr = 0; pcr < 24; pcr++) {
      tpm.put("pcr%02d".formatted(pcr), pcr == 4 || pcr == 7 || pcr == 11 ? pcr(pcr) : zeros());
    }
    return tpm.build();
  }

  private static String pcr(int pcr) {
    return "%02x".formatted(pcr).repeat(32);
  }

  private static String zeros() {
    return "00".repeat(32);
  }

  private static List<ReferenceValue> registerValues(String prefix) {
    return Stream.of(4, 7, 11)
        .map(pcr -> value(prefix + "pcr%02d".formatted(pcr), Json.of(pcr(pcr))))
        .toList();
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

  private static List<ReferenceValue> azureSnpValues() {
    return with(snpValues(), registerValues("snp_").toArray(ReferenceValue[]::new));
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

  private static List<ReferenceValue> azureTdxValues() {
    return with(tdxValues(), registerValues("tdx_").toArray(ReferenceValue[]::new));
  }

  @Test
  void azureTdx_withAllValues_affirms() {
    Json.Obj claims = tdx().with("tpm", azureRegisters());
    Appraisal appraisal = appraise("az-tdx-vtpm", claims, azureTdxValues());
    assertThat(appraisal.firstFailure()).isEmpty();
    assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.AFFIRMING);
    assertEachValueIsNeeded("az-tdx-vtpm", claims, azureTdxValues());
  }

  // TDX

  private static Json.Obj tdx() {
    return tdx(Map.of());
  }

  private static Json.Obj tdx(Map<String, String> changed) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("mr_td", MEASUREMENT);
    for (int i = 0; i < 3; i++) {
      members.put("rtmr_" + i, ("0" + (i + 1)).repeat(48));
    }
    members.put("rtmr_3", ZERO_48);
    members.putAll(changed);
    Json.ObjBuilder body = Json.object();
    members.forEach(body::put);
    return Json.object()
        .put("quote", Json.object().put("body", body.build()).build())
        .put("td_attributes", Json.object().put("debug", false).build())
        .put("init_data", INIT_DATA + "00".repeat(16))
        .put("tcb_status", "UpToDate")
        .put("advisory_ids", Json.strings(List.of()))
        .build();
  }

  private static List<ReferenceValue> tdxValues() {
    List<ReferenceValue> values = new ArrayList<>();
    values.add(value("tdx_mr_td", Json.of(MEASUREMENT)));
    for (int i = 0; i < 3; i++) {
      values.add(value("tdx_rtmr_" + i, Json.of(("0" + (i + 1)).repeat(48))));
    }
    return values;
  }

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

  // SGX

  private static final String ENCLAVE = "e1".repeat(32);
  private static final String SIGNER = "51".repeat(32);

  private static Json.Obj sgx() {
    return sgx(ENCLAVE, SIGNER, "0201", "0500", "0500000000000000");
  }

  private static Json.Obj sgx(
      String enclave, String signer, String product, String svn, String flags) {
    Json.Obj body =
        Json.object()
            .put("mr_enclave", enclave)
            .put("mr_signer", signer)
            .put("isv_prod_id", product)
            .put("isv_svn", svn)
            .put("attributes.flags", flags)
            .build();
    return Json.object()
        .put("body", body)
        .put("init_data", INIT_DATA + "00".repeat(32))
        .put("tcb_status", "UpToDate")
        .build();
  }

  private static List<ReferenceValue> byMeasurement() {
    return List.of(value("sgx_mr_enclave", Json.of(ENCLAVE)));
  }

  private static List<ReferenceValue> bySigner() {
    return List.of(
        value("sgx_mr_signer", Json.of(SIGNER)),
        value("sgx_isv_prod_id", Json.of(0x102)),
        value("sgx_minimum_isv_svn", Json.of(5)));
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

  @ParameterizedTest
  @ValueSource(strings = {"snp", "tdx", "sgx", "az-snp-vtpm", "az-tdx-vtpm"})
  void evidence_withNonsenseForClaims_isNeverAffirming(String tee) {
    List<ReferenceValue> values =
        Stream.of(azureSnpValues(), azureTdxValues(), bySigner()).flatMap(List::stream).toList();
    for (Json nonsense : List.of(Json.NULL, Json.of(1), Json.of("x"), Json.array(Json.TRUE))) {
      Json.ObjBuilder claims = Json.object();
      for (String name :
          List.of("quote", "body", "tpm", "td_attributes", "measurement", "tcb_status")) {
        claims.put(name, nonsense);
      }
      assertThat(appraise(tee, claims.build(), values).vector().tier())
          .isNotEqualTo(TrustTier.AFFIRMING);
    }
  }
}
