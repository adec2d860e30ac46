package io.vouchsafe.evidence.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.evidence.dcap.Collateral;
import io.vouchsafe.evidence.snp.SnpEndorsements;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Evidence of real virtual machines.
class AzureVectorsTest {
  private static final Instant AT = Instant.parse("2025-06-25T00:00:00Z");
  private static final Bytes CHALLENGE = Bytes.utf8("challenge");
  private static final String V2_DATA =
      "982f5c6e45df0ed3f10b6f60b02f0c8390e281300f3805e2279c16168cd6ae9aa398f647caa2338748cd0fd9f5f819ef";

  private static Json evidence(String path) throws IOException, FormatException {
    return Json.parse(Bytes.of(Vectors.bytes(path)), JsonLimits.MESSAGE);
  }

  private static ExpectedBinding binding(Bytes reportData) {
    return new ExpectedBinding(reportData, Optional.empty());
  }

  private static Verifier snp() throws IOException, FormatException {
    List<Bytes> chain =
        Pem.parse(Bytes.of(Vectors.bytes("az-snp-vtpm/amd-milan.pem")), "CERTIFICATE");
    SnpEndorsements known = new SnpEndorsements(List.of(), chain, List.of());
    return AzureSnpVerifier.strict(report -> known);
  }

  private static Verifier tdx() throws IOException, FormatException {
    Collateral collateral =
        Collateral.parse(evidence("az-tdx-vtpm/trustee-tdx-v1.collateral.json"));
    return AzureTdxVerifier.strict(platform -> Optional.of(collateral));
  }

  @ParameterizedTest
  @ValueSource(strings = {"evidence-v0.json", "evidence-v1.json"})
  void realSnp_inBothOlderShapes_hasTheClaimsOfTheReferenceBroker(String file) throws Exception {
    VerifiedEvidence verified =
        snp().verify(evidence("trustee/az-snp-vtpm/" + file), binding(CHALLENGE), AT);
    Json.Obj claims = verified.claims();
    assertThat(verified.tee()).isEqualTo("az-snp-vtpm");
    assertThat(verified.teeClass()).isEqualTo("cpu");
    assertThat(verified.anchor()).isEqualTo(Anchor.PRODUCTION);
    assertThat(claims.string("report_data")).isEqualTo("6368616c6c656e6765");
    assertThat(claims.object("tpm").string("pcr00"))
        .isEqualTo("e15c44796beabf46abcec7c57e590942041e47497e4ec27571c8b7664f48dced");
    assertThat(claims.object("tpm").members()).hasSize(24).containsKey("pcr23");
    assertThat(claims.string("init_data")).isEqualTo(claims.object("tpm").string("pcr08"));
    assertThat(claims.string("policy_debug_allowed")).isEqualTo("false");
    assertThat(claims.string("policy_abi_minor")).isEqualTo("31");
    assertThat(claims.string("reported_tcb_microcode")).matches("\\d+");
    assertThat(claims.string("platform_smt_enabled")).isEqualTo("true");
    assertThat(Bytes.fromBase64(claims.string("measurement")).size()).isEqualTo(48);
    assertThat(claims.object("vm_configuration").bool("secure-boot")).isTrue();
    assertThat(claims.string("user_data")).isEqualTo("00".repeat(64));
  }

  @Test
  void realSnp_ofVersion2_bindsItsReportDataTwice() throws Exception {
    Json evidence = evidence("trustee/az-snp-vtpm/evidence-v2.json");
    VerifiedEvidence verified =
        snp()
            .verify(
                evidence, binding(Bytes.fromHex(V2_DATA)), Instant.parse("2026-03-01T00:00:00Z"));
    assertThat(verified.claims().object("tpm").string("pcr00"))
        .isEqualTo("84275b2f4312cd4fc6cbe6b152ad3c3683e513d9f1e23c34fca160c8cca7a6a7");
    assertThat(verified.checks())
        .filteredOn(check -> check.check().equals(AzureCheck.USER_DATA.id()))
        .singleElement()
        .satisfies(check -> assertThat(check.outcome()).isEqualTo(CheckResult.Outcome.PASSED));
  }

  @Test
  void realSnp_olderEvidenceSaidToBeVersion2_lacksItsReportData() throws Exception {
    Json.Obj evidence = evidence("trustee/az-snp-vtpm/evidence-v1.json").asObject("evidence");
    refused(snp(), evidence.with("version", Json.of(2)), CHALLENGE, Code.USER_DATA_MISMATCH);
  }

  @Test
  void realSnp_forAnotherChallenge_isRefused() throws Exception {
    Json evidence = evidence("trustee/az-snp-vtpm/evidence-v1.json");
    for (Bytes other :
        List.of(Bytes.EMPTY, Bytes.utf8("challeng"), Bytes.utf8("challenge\0"), Bytes.zeros(9))) {
      refused(snp(), evidence, other, Code.NONCE_MISMATCH);
    }
  }

  @Test
  void realTdx_hasTheClaimsOfTheReferenceBroker() throws Exception {
    VerifiedEvidence verified =
        tdx().verify(evidence("trustee/az-tdx-vtpm/evidence-v1.json"), binding(CHALLENGE), AT);
    Json.Obj claims = verified.claims();
    assertThat(verified.tee()).isEqualTo("az-tdx-vtpm");
    assertThat(claims.string("report_data")).isEqualTo("6368616c6c656e6765");
    assertThat(claims.object("tpm").string("pcr00"))
        .isEqualTo("782b20b10f55cc46e2142cc2145d548698073e5beb82752c8d7f9279f0d8a273");
    assertThat(claims.string("tcb_status")).isEqualTo("OutOfDate");
    assertThat(claims.object("quote").object("body").string("report_data")).hasSize(128);
  }

  @Test
  void realTdx_withoutCollateral_isRefused() throws Exception {
    refused(
        AzureTdxVerifier.strict(platform -> Optional.empty()),
        evidence("trustee/az-tdx-vtpm/evidence-v1.json"),
        CHALLENGE,
        Code.COLLATERAL_MISSING);
  }

  @Test
  void realTdx_offeredAsSnp_isRefused() throws Exception {
    Json.Obj tdx = evidence("trustee/az-tdx-vtpm/evidence-v1.json").asObject("evidence");
    Json.Obj snp = evidence("trustee/az-snp-vtpm/evidence-v1.json").asObject("evidence");
    refused(snp(), snp.with("hcl_report", tdx.require("hcl_report")), CHALLENGE, Code.TEE_MISMATCH);
    refused(tdx(), tdx.with("hcl_report", snp.require("hcl_report")), CHALLENGE, Code.TEE_MISMATCH);
    refused(snp(), tdx, CHALLENGE, Code.MALFORMED);
  }

  private static void refused(Verifier verifier, Json evidence, Bytes nonce, Code code) {
    assertThatThrownBy(() -> verifier.verify(evidence, binding(nonce), AT))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }
}
