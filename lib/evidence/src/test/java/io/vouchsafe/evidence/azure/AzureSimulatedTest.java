package io.vouchsafe.evidence.azure;

import static io.vouchsafe.evidence.azure.Azure.NONCE;
import static io.vouchsafe.evidence.azure.Azure.SNP;
import static io.vouchsafe.evidence.azure.Azure.TDX;
import static io.vouchsafe.evidence.azure.Azure.TPM;
import static io.vouchsafe.evidence.azure.Azure.assertRefused;
import static io.vouchsafe.evidence.azure.Azure.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.evidence.dcap.DcapCheck;
import io.vouchsafe.evidence.snp.SnpCheck;
import io.vouchsafe.testkit.tpm.AzureGuest;
import io.vouchsafe.testkit.tpm.CloudTpm;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Evidence of a simulated Azure, broken in one place each and refused for that; quotes apart.
class AzureSimulatedTest extends AzureTestCase {
  private static void binding(Optional<Bytes> initData, Json evidence) throws RefusedException {
    SNP.verify(evidence, new ExpectedBinding(NONCE, initData), Azure.AT);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void guest_inEachShape_isAccepted(int version) throws Exception {
    VerifiedEvidence snp = verify(SNP, Azure.snp().evidence(version, NONCE));
    assertThat(snp.anchor()).isEqualTo(Anchor.OPERATOR_NAMED);
    assertThat(snp.claims().string("reported_tcb_microcode")).isEqualTo("219");
    assertThat(snp.claims().string("report_data")).isEqualTo(NONCE.hex());
    VerifiedEvidence tdx = verify(TDX, Azure.tdx().evidence(version, NONCE));
    assertThat(tdx.anchor()).isEqualTo(Anchor.OPERATOR_NAMED);
    assertThat(tdx.claims().string("tcb_status")).isEqualTo("UpToDate");
    assertThat(tdx.claims().object("tpm").members()).hasSize(24);
  }

  @ParameterizedTest
  @EnumSource(
      value = HashAlg.class,
      names = {"SHA256", "SHA384", "SHA512"})
  void runtimeData_boundByEachHash_isAccepted(HashAlg hash) throws Exception {
    assertThat(verify(SNP, Azure.snp().withHash(hash).evidence(NONCE)).checks()).isNotEmpty();
  }

  @Test
  void guest_withoutExpectedValues_saysThatTheyAreNotChecked() throws Exception {
    assertThat(verify(SNP, Azure.snp().evidence(NONCE)).checks())
        .filteredOn(result -> result.outcome() == CheckResult.Outcome.NOT_CHECKED)
        .extracting(CheckResult::check)
        .contains(
            AzureCheck.AK_CERTIFICATE.id(), AzureCheck.USER_DATA.id(), AzureCheck.INIT_DATA.id())
        .doesNotContain(SnpCheck.REPORT_DATA.id());
  }

  @ParameterizedTest
  @CsvSource({
    "0,UNSUPPORTED_VERSION",
    "3,UNSUPPORTED_VERSION",
    "-1,UNSUPPORTED_VERSION",
  })
  void envelope_ofAnotherVersion_isRefused(long version, Code code) {
    Json evidence = Azure.snp().evidence(NONCE).with("version", Json.of(version));
    assertRefused(SNP, evidence, AzureCheck.EVIDENCE_FORMAT, code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tpm_quote", "hcl_report", "vcek"})
  void envelope_withoutAMember_isMalformed(String member) {
    Json.Obj evidence = Azure.snp().evidence(NONCE);
    assertRefused(SNP, evidence.without(member), AzureCheck.EVIDENCE_FORMAT, Code.MALFORMED);
    assertRefused(
        SNP, evidence.with(member, Json.of(1)), AzureCheck.EVIDENCE_FORMAT, Code.MALFORMED);
  }

  @Test
  void envelope_beyondABound_isRefused() {
    Json.Obj evidence = Azure.snp().evidence(NONCE);
    String long1 = "A".repeat(100_000);
    assertRefused(
        SNP,
        evidence.with("hcl_report", Json.of(long1)),
        AzureCheck.EVIDENCE_FORMAT,
        Code.OVERSIZED);
    List<Bytes> many = new ArrayList<>(TPM.registers());
    many.add(Bytes.zeros(32));
    assertRefused(SNP, quoting(List.of(ALL), many), AzureCheck.EVIDENCE_FORMAT, Code.OVERSIZED);
  }

  @Test
  void envelope_inEitherAlphabetOfBase64_isAccepted() throws Exception {
    Json.Obj evidence = Azure.snp().evidence(NONCE);
    Bytes hcl = Azure.snp().hcl();
    for (String text : List.of(hcl.base64(), hcl.base64Url(), hcl.base64().replace("=", ""))) {
      assertThat(verify(SNP, evidence.with("hcl_report", Json.of(text))).checks()).isNotEmpty();
    }
    for (String text : List.of(hcl.base64() + "=", hcl.base64Url() + "==", " " + hcl.base64Url())) {
      assertRefused(
          SNP,
          evidence.with("hcl_report", Json.of(text)),
          AzureCheck.EVIDENCE_FORMAT,
          Code.MALFORMED);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0,78,MALFORMED",
    "4,0,UNSUPPORTED_VERSION",
    "4,3,UNSUPPORTED_VERSION",
    "16,1,MALFORMED",
    "31,1,MALFORMED",
    "1220,2,UNSUPPORTED_VERSION",
    "1224,3,UNSUPPORTED_TEE",
    "1228,0,UNSUPPORTED_ALGORITHM",
    "1228,4,UNSUPPORTED_ALGORITHM",
    "1233,255,OVERSIZED",
    "2599,1,MALFORMED"
  })
  void hclReport_withAFieldChanged_isRefusedForIt(int offset, int value, Code code) {
    Bytes changed = set(Azure.snp().hcl(), offset, value);
    assertRefused(SNP, with(changed), AzureCheck.HCL_FORMAT, code);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 12, 1216})
  void hclReport_withAnotherHint_isTheSame(int offset) throws Exception {
    Bytes changed = set(Azure.snp().hcl(), offset, 0xee, 0xee, 0xee, 0xee);
    assertThat(verify(SNP, with(changed)).claims())
        .isEqualTo(verify(SNP, Azure.snp().evidence(NONCE)).claims());
  }

  @Test
  void hclReport_ofTheOtherHardware_isRefused() {
    assertRefused(SNP, with(set(Azure.snp().hcl(), 1224, 4)), AzureCheck.TEE, Code.TEE_MISMATCH);
    assertRefused(SNP, with(Azure.tdx().hcl()), AzureCheck.TEE, Code.TEE_MISMATCH);
    Json tdx = Azure.tdx().withHcl(Azure.snp().hcl()).evidence(NONCE);
    assertRefused(TDX, tdx, AzureCheck.TEE, Code.TEE_MISMATCH);
  }

  @Test
  void tdReport_withSomethingBehindIt_isMalformed() {
    Bytes changed = set(Azure.tdx().hcl(), 32 + 1024, 1);
    assertRefused(
        TDX, Azure.tdx().withHcl(changed).evidence(NONCE), AzureCheck.HCL_FORMAT, Code.MALFORMED);
  }

  @Test
  void hclReport_saidToBeHashedOtherwise_doesNotBind() {
    assertRefused(
        SNP, with(set(Azure.snp().hcl(), 1228, 2)), AzureCheck.BINDING, Code.BINDING_MISMATCH);
  }

  @Test
  void report_withOneMoreByteOfReportData_doesNotBind() {
    AzureGuest snp = AzureGuest.of(TPM, Azure.amd(report -> report.with(0x50 + 63, 1)), NONCE);
    assertRefused(SNP, snp.evidence(NONCE), AzureCheck.BINDING, Code.BINDING_MISMATCH);
    AzureGuest tdx =
        AzureGuest.of(
            TPM,
            Azure.intel(body -> body.with("REPORTDATA", set(body.get("REPORTDATA"), 63, 1))),
            NONCE);
    assertRefused(TDX, tdx.evidence(NONCE), AzureCheck.BINDING, Code.BINDING_MISMATCH);
  }

  @Test
  void runtimeData_ofAnotherKey_doesNotBind() {
    CloudTpm other = CloudTpm.create();
    Bytes message = other.quote(NONCE);
    Bytes theirs = Azure.snp(other).hcl();
    Bytes mixed =
        theirs
            .slice(0, 32)
            .concat(Azure.snp().hcl().slice(32, 1216))
            .concat(theirs.slice(1216, theirs.size()));
    Json evidence =
        Azure.snp().withHcl(mixed).evidence(1, message, other.sign(message), other.registers());
    assertRefused(SNP, evidence, AzureCheck.BINDING, Code.BINDING_MISMATCH);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void report_atAnotherPrivilegeLevel_isRefused(int vmpl) {
    AzureGuest guest = AzureGuest.of(TPM, Azure.amd(report -> report.with(0x30, vmpl)), NONCE);
    assertRefused(SNP, guest.evidence(NONCE), SnpCheck.VMPL, Code.POLICY_VMPL);
  }

  @Test
  void guest_thatCanBeDebugged_isRefused() {
    AzureGuest snp = AzureGuest.of(TPM, Azure.amd(report -> report.with(0x0a, 0x0b)), NONCE);
    assertRefused(SNP, snp.evidence(NONCE), SnpCheck.DEBUG, Code.POLICY_DEBUG);
    AzureGuest tdx =
        AzureGuest.of(
            TPM, Azure.intel(body -> body.with("TDATTRIBUTES", "0100000000000000")), NONCE);
    assertRefused(TDX, tdx.evidence(NONCE), DcapCheck.DEBUG, Code.POLICY_DEBUG);
  }

  @Test
  void runtimeData_withoutExactlyOneKey_isMalformed() {
    Json.Obj data = Azure.snp().runtimeData();
    Json key = AzureGuest.key(TPM);
    for (Json keys :
        List.of(
            Json.array(),
            Json.array(key, key),
            Json.array(AzureGuest.key(TPM).with("kid", Json.of("HCLEkPub"))),
            Json.array(AzureGuest.key(TPM).with("key_ops", Json.array(Json.of("encrypt")))),
            Json.array(AzureGuest.key(TPM).with("e", Json.of("AQ"))),
            Json.array(AzureGuest.key(TPM).with("e", Json.of("AQAA"))),
            Json.array(AzureGuest.key(TPM).without("n")),
            Json.of("keys"))) {
      assertRefused(
          SNP,
          Azure.snp().withRuntimeData(data.with("keys", keys)).evidence(NONCE),
          AzureCheck.RUNTIME_DATA,
          Code.MALFORMED);
    }
  }

  @Test
  void runtimeData_withAMemberTwice_isMalformed() throws Exception {
    String text = Azure.snp().runtimeData().compact();
    String doubled = text.replaceFirst("\\{", "{\"user-data\":\"\",");
    assertThatThrownBy(() -> RuntimeData.parse(Bytes.utf8(doubled)))
        .hasMessageContaining("user-data");
  }

  @Test
  void runtimeData_withOtherUserData_isRefused() {
    Json.Obj data = Azure.snp().runtimeData();
    assertRefused(
        SNP,
        Azure.snp().withRuntimeData(data.with("user-data", Json.of("00"))).evidence(NONCE),
        AzureCheck.RUNTIME_DATA,
        Code.MALFORMED);
    for (Json.Obj other :
        List.of(data.with("user-data", Json.of("00".repeat(64))), data.without("user-data"))) {
      assertRefused(
          SNP,
          Azure.snp().withRuntimeData(other).evidence(2, NONCE),
          AzureCheck.USER_DATA,
          Code.USER_DATA_MISMATCH);
    }
  }

  @Test
  void userData_expectedByThePolicy_isComparedInAllBytes() throws Exception {
    Json evidence = Azure.snp().evidence(NONCE);
    var right = Azure.snpVerifier(AzurePolicy.STRICT.withUserData(NONCE));
    assertThat(verify(right, evidence).claims().string("user_data")).startsWith(NONCE.hex());
    for (Bytes wrong :
        List.of(NONCE.slice(0, 47), NONCE.concat(Bytes.of((byte) 1)), NONCE.fit(65), Bytes.EMPTY)) {
      assertRefused(
          Azure.snpVerifier(AzurePolicy.STRICT.withUserData(wrong)),
          evidence,
          AzureCheck.USER_DATA,
          Code.USER_DATA_MISMATCH);
    }
  }

  @Test
  void initData_inRegister8_isAcceptedAndNoOther() throws Exception {
    Bytes digest = BANK.digest(Bytes.utf8("init-data"));
    CloudTpm tpm = CloudTpm.create().extend(8, digest);
    Json evidence = Azure.snp(tpm).evidence(NONCE);
    binding(Optional.of(digest), evidence);
    for (Bytes other : List.of(Bytes.zeros(32), digest.fit(48), digest.slice(0, 31))) {
      assertThatThrownBy(() -> binding(Optional.of(other), evidence))
          .isInstanceOfSatisfying(
              RefusedException.class,
              e -> {
                assertThat(e.code()).isEqualTo(Code.INIT_DATA_MISMATCH);
                assertThat(e.refusal().check()).isEqualTo(AzureCheck.INIT_DATA.id());
              });
    }
    Json twice = Azure.snp(CloudTpm.create().extend(8, digest).extend(8, digest)).evidence(NONCE);
    assertThatThrownBy(() -> binding(Optional.of(digest), twice))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void guest_whoseNonceNobodyKnows_isJudgedOnlyWhereThePolicySaysSo() throws Exception {
    ExpectedBinding nothing = new ExpectedBinding(Bytes.EMPTY, Optional.empty());
    for (int version : new int[] {1, 2}) {
      Json evidence = Azure.snp().evidence(version, NONCE);
      assertThatThrownBy(() -> SNP.verify(evidence, nothing, Azure.AT))
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.NONCE_MISMATCH));
      assertThat(
              Azure.snpVerifier(AzurePolicy.STRICT.withoutNonce())
                  .verify(evidence, nothing, Azure.AT)
                  .checks())
          .filteredOn(check -> check.outcome() == CheckResult.Outcome.NOT_CHECKED)
          .extracting(CheckResult::check)
          .contains(AzureCheck.NONCE.id(), AzureCheck.USER_DATA.id());
    }
    // One that is known counts all the same.
    assertRefused(
        Azure.snpVerifier(AzurePolicy.STRICT.withoutNonce()),
        Azure.snp().evidence(NONCE.slice(0, 47)),
        AzureCheck.NONCE,
        Code.NONCE_MISMATCH);
  }

  @Test
  void hclReport_byItself_saysWhoseKeyItIs() throws Exception {
    AzureSnpVerifier verifier = Azure.reports(AzurePolicy.STRICT);
    VerifiedHclReport verified = verifier.verifyReport(Azure.snp().hcl(), Azure.AT);
    assertThat(verified.runtimeData().attestationKey()).isEqualTo(TPM.key());
    assertThat(verified.anchor()).isEqualTo(Anchor.OPERATOR_NAMED);
    assertThat(verified.claims().members()).containsKeys("measurement", "ak_public");
    assertThat(verified.claims().members()).doesNotContainKey("tpm");
    assertThat(verified.checks())
        .filteredOn(check -> check.outcome() == CheckResult.Outcome.NOT_CHECKED)
        .extracting(CheckResult::check)
        .contains(AzureCheck.QUOTE_SIGNATURE.id(), AzureCheck.USER_DATA.id());
  }

  @Test
  void hclReport_byItself_isRefusedForItsReasons() {
    AzureSnpVerifier verifier = Azure.reports(AzurePolicy.STRICT);
    Bytes good = Azure.snp().hcl();
    assertThatThrownBy(() -> verifier.verifyReport(set(good, 1300, 1), Azure.AT))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.BINDING_MISMATCH));
    assertThatThrownBy(() -> verifier.verifyReport(set(good, 32 + 0x90, 1), Azure.AT))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.SIGNATURE_INVALID));
    assertThatThrownBy(() -> verifier.verifyReport(Azure.tdx().hcl(), Azure.AT))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.TEE_MISMATCH));
    assertThatThrownBy(() ->
            Azure.reports(AzurePolicy.STRICT.withUserData(Bytes.zeros(48)))
                .verifyReport(good, Azure.AT))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.USER_DATA_MISMATCH));
  }

  @Test
  void runtimeData_ofTooManyKeys_isOversized() {
    List<Json> keys = new ArrayList<>();
    for (int i = 0; i < 17; i++) {
      keys.add(Json.object().put("kid", "another").build());
    }
    Json.Obj data = Azure.snp().runtimeData().with("keys", Json.array(keys));
    assertRefused(
        SNP,
        Azure.snp().withRuntimeData(data).evidence(NONCE),
        AzureCheck.RUNTIME_DATA,
        Code.OVERSIZED);
  }
}
