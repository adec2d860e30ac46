package io.vouchsafe.appraisal;

import static io.vouchsafe.appraisal.Fixtures.INIT_DATA;
import static io.vouchsafe.appraisal.Fixtures.TIME;
import static io.vouchsafe.appraisal.Fixtures.value;
import static org.assertj.core.api.Assertions.assertThat;

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

/// Evidence of processors, reference values for it, and what is said about its appraisal.
abstract class ProcessorAppraisalTestCase {
  static final String MEASUREMENT = "5a".repeat(48);
  static final String ZERO_48 = "00".repeat(48);
  static final String OTHER = "ab".repeat(48);
  // SGX

  static final String ENCLAVE = "e1".repeat(32);
  static final String SIGNER = "51".repeat(32);

  static EvidenceClaims evidence(String tee, Json.Obj claims, boolean initData) {
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

  static Appraisal appraise(String tee, Json.Obj claims, List<ReferenceValue> values) {
    return AttestationPolicy.DEFAULT.appraise(
        evidence(tee, claims, true), ReferenceValues.of(values), TIME);
  }

  static Optional<Code> firstCode(Appraisal appraisal) {
    return appraisal.firstFailure().flatMap(Finding::code);
  }

  static String firstCheck(Appraisal appraisal) {
    return appraisal.firstFailure().orElseThrow().result().check();
  }

  static List<ReferenceValue> without(List<ReferenceValue> values, String name) {
    List<ReferenceValue> rest = new ArrayList<>(values);
    rest.removeIf(value -> value.name().equals(name));
    return rest;
  }

  static List<ReferenceValue> with(List<ReferenceValue> values, ReferenceValue... more) {
    return Stream.concat(values.stream(), Arrays.stream(more)).toList();
  }

  /// Every value changed, one after the other, must fail; every value missing must be asked for by
  /// its name.
  static void assertEachValueIsNeeded(String tee, Json.Obj claims, List<ReferenceValue> values) {
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

  static void assertEveryCheckRuns(Appraisal appraisal, Check... checks) {
    assertThat(appraisal.findings())
        .extracting(finding -> finding.result().check())
        .containsExactlyInAnyOrderElementsOf(Arrays.stream(checks).map(Check::id).toList());
  }

  // SEV-SNP

  static Json.Obj snp() {
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

  static Json.Obj tcb(String product, int bootloader, int tee, int snp, int microcode) {
    return Json.object()
        .put("product", product)
        .put("bootloader", bootloader)
        .put("tee", tee)
        .put("snp", snp)
        .put("microcode", microcode)
        .build();
  }

  static List<ReferenceValue> snpValues() {
    return List.of(
        value("snp_minimum_tcb", tcb("Genoa", 9, 9, 9, 9)),
        value("snp_minimum_tcb", tcb("Milan", 3, 0, 8, 115)),
        value("snp_launch_digest", Json.of(MEASUREMENT)));
  }

  static String pcr(int pcr) {
    return "%02x".formatted(pcr).repeat(32);
  }

  static List<ReferenceValue> registerValues(String prefix) {
    return Stream.of(4, 7, 11)
        .map(pcr -> value(prefix + "pcr%02d".formatted(pcr), Json.of(pcr(pcr))))
        .toList();
  }

  static List<ReferenceValue> azureSnpValues() {
    return with(snpValues(), registerValues("snp_").toArray(ReferenceValue[]::new));
  }

  static List<ReferenceValue> azureTdxValues() {
    return with(tdxValues(), registerValues("tdx_").toArray(ReferenceValue[]::new));
  }

  // TDX

  static Json.Obj tdx() {
    return tdx(Map.of());
  }

  static Json.Obj tdx(Map<String, String> changed) {
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

  static List<ReferenceValue> tdxValues() {
    List<ReferenceValue> values = new ArrayList<>();
    values.add(value("tdx_mr_td", Json.of(MEASUREMENT)));
    for (int i = 0; i < 3; i++) {
      values.add(value("tdx_rtmr_" + i, Json.of(("0" + (i + 1)).repeat(48))));
    }
    return values;
  }

  static Json.Obj sgx() {
    return sgx(ENCLAVE, SIGNER, "0201", "0500", "0500000000000000");
  }

  static Json.Obj sgx(String enclave, String signer, String product, String svn, String flags) {
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

  static List<ReferenceValue> bySigner() {
    return List.of(
        value("sgx_mr_signer", Json.of(SIGNER)),
        value("sgx_isv_prod_id", Json.of(0x102)),
        value("sgx_minimum_isv_svn", Json.of(5)));
  }
}
