package io.vouchsafe.evidence.dcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Evidence as guests send it.
class DcapVerifierTest {
  private static final ExpectedBinding NOTHING = new ExpectedBinding(Bytes.EMPTY, Optional.empty());

  private static Json evidence(QuoteCase item) throws Exception {
    return Json.object().put("quote", item.quote().base64()).put("cc_eventlog", Json.NULL).build();
  }

  private static VerifiedEvidence verify(
      QuoteCase item, Json evidence, ExpectedBinding binding, DcapPolicy policy) throws Exception {
    TeeKind tee = item.folder().equals("sgx") ? TeeKind.SGX : TeeKind.TDX;
    Optional<Collateral> collateral = item.collateral();
    return new DcapVerifier(tee, item.roots(), policy, platform -> collateral)
        .verify(evidence, binding, item.at());
  }

  private static void assertRefused(
      Code code, QuoteCase item, Json evidence, ExpectedBinding binding, DcapPolicy policy) {
    assertThatThrownBy(() -> verify(item, evidence, binding, policy))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void debugGuest_givesTheClaimsOfTheReferenceBroker() throws Exception {
    QuoteCase item = QuoteCase.of("tdx", "trustee-v4-debug");
    Json.Obj expected =
        Json.parse(Vectors.text("trustee/tdx/parse_tdx_claims_expected.json"), JsonLimits.DOCUMENT)
            .asObject("claims");
    VerifiedEvidence verified =
        verify(item, evidence(item), NOTHING, DcapPolicy.STRICT.allowingDebug(true));
    for (String name : Set.of("quote", "td_attributes", "report_data", "init_data")) {
      assertThat(verified.claims().require(name)).as(name).isEqualTo(expected.require(name));
    }
    assertThat(verified.claims().string("tcb_status")).isEqualTo("UpToDate");
    assertThat(verified.anchor()).isEqualTo(Anchor.PRODUCTION);
  }

  @Test
  void debugGuest_thatIsAllowed_isNamedInTheResult() throws Exception {
    QuoteCase item = QuoteCase.of("tdx", "trustee-v4-debug");
    VerifiedEvidence verified =
        verify(item, evidence(item), NOTHING, DcapPolicy.STRICT.allowingDebug(true));
    assertThat(verified.checks())
        .filteredOn(result -> result.check().equals(DcapCheck.DEBUG.id()))
        .extracting(CheckResult::allowedBy)
        .containsExactly(Optional.of("allowDebug"));
  }

  @ParameterizedTest
  @CsvSource({"tdx,trustee-v4-debug,POLICY_DEBUG", "tdx,alibaba-v5-2025-06,POLICY_SERVICE_TD"})
  void guest_thatTheStrictPolicyRefuses_isRefused(String folder, String id, Code code)
      throws Exception {
    QuoteCase item = QuoteCase.of(folder, id);
    assertRefused(code, item, evidence(item), NOTHING, DcapPolicy.STRICT);
  }

  @Test
  void evidence_withoutCollateral_isRefused() throws Exception {
    QuoteCase item = QuoteCase.of("tdx", "phala-tdx-v4");
    DcapVerifier verifier =
        new DcapVerifier(
            TeeKind.TDX, DcapRoots.intel(), DcapPolicy.STRICT, platform -> Optional.empty());
    Json evidence = evidence(item);
    assertThatThrownBy(() -> verifier.verify(evidence, NOTHING, item.at()))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.COLLATERAL_MISSING));
  }

  @Test
  void source_isAskedForThePlatformOfTheQuote() throws Exception {
    QuoteCase item = QuoteCase.of("tdx", "phala-tdx-v4");
    Collateral collateral = item.collateral().orElseThrow();
    CollateralSource.Platform wanted =
        new CollateralSource.Platform(TeeKind.TDX, Bytes.fromHex("b0c06f000000"), true);
    DcapVerifier verifier =
        new DcapVerifier(
            TeeKind.TDX,
            DcapRoots.intel(),
            DcapPolicy.STRICT,
            platform -> platform.equals(wanted) ? Optional.of(collateral) : Optional.empty());
    assertThat(verifier.verify(evidence(item), NOTHING, item.at()).tee()).isEqualTo("tdx");
  }

  @Test
  void sgxQuote_sentAsTdx_isRefused() throws Exception {
    QuoteCase sgx = QuoteCase.of("sgx", "automata-icelake-v3-2025-08");
    QuoteCase tdx = QuoteCase.of("tdx", "phala-tdx-v4");
    assertRefused(Code.TEE_MISMATCH, tdx, evidence(sgx), NOTHING, DcapPolicy.STRICT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{}", "{\"quote\":1}", "{\"quote\":\"!\"}", "{\"quote\":\"AwA=\"}"})
  void evidence_ofAnotherForm_isMalformed(String text) throws Exception {
    QuoteCase item = QuoteCase.of("tdx", "phala-tdx-v4");
    Json evidence = Json.parse(text, JsonLimits.MESSAGE);
    assertRefused(Code.MALFORMED, item, evidence, NOTHING, DcapPolicy.STRICT);
  }

  @Test
  void reportData_isComparedWhole() throws Exception {
    QuoteCase item = QuoteCase.of("sgx", "phala-sgx");
    Bytes hello = Bytes.utf8("Hello, world!");
    Json evidence = evidence(item);
    ExpectedBinding right = new ExpectedBinding(hello, Optional.empty());
    assertThat(verify(item, evidence, right, DcapPolicy.STRICT).tee()).isEqualTo("sgx");
    for (Bytes other : Set.of(Bytes.utf8("Hello, world"), Bytes.utf8("Hello, world!!"))) {
      ExpectedBinding wrong = new ExpectedBinding(other, Optional.empty());
      assertRefused(Code.REPORT_DATA_MISMATCH, item, evidence, wrong, DcapPolicy.STRICT);
    }
  }

  @Test
  void initData_thatTheGuestDoesNotBind_isRefused() throws Exception {
    QuoteCase item = QuoteCase.of("tdx", "phala-tdx-v4");
    Bytes digest = Bytes.utf8("another").fit(48);
    ExpectedBinding other = new ExpectedBinding(Bytes.EMPTY, Optional.of(digest));
    assertRefused(Code.INIT_DATA_MISMATCH, item, evidence(item), other, DcapPolicy.STRICT);
  }

  @Test
  void initData_longerThanTheField_isCutAsGuestsDo() throws Exception {
    QuoteCase item = QuoteCase.of("tdx", "phala-tdx-v4");
    ExpectedBinding longer = new ExpectedBinding(Bytes.EMPTY, Optional.of(Bytes.zeros(64)));
    ExpectedBinding other =
        new ExpectedBinding(
            Bytes.EMPTY, Optional.of(Bytes.zeros(47).concat(Bytes.of((byte) 1)).fit(64)));
    Json evidence = evidence(item);
    assertThat(verify(item, evidence, longer, DcapPolicy.STRICT).tee()).isEqualTo("tdx");
    assertRefused(Code.INIT_DATA_MISMATCH, item, evidence, other, DcapPolicy.STRICT);
  }

  @Test
  void initData_ofAnEnclaveWithoutKeySeparation_isNotBound() throws Exception {
    QuoteCase item = QuoteCase.of("sgx", "phala-sgx");
    ExpectedBinding zeros = new ExpectedBinding(Bytes.EMPTY, Optional.of(Bytes.zeros(64)));
    assertRefused(Code.INIT_DATA_MISMATCH, item, evidence(item), zeros, DcapPolicy.STRICT);
  }

  @ParameterizedTest
  @CsvSource({
    "gtg-cos113.ccel.bin,",
    "ccel-digest-changed.ccel.bin,EVENTLOG_MISMATCH",
    "ccel-bad-count.ccel.bin,MALFORMED",
    "trustee-ovmf.ccel.bin,EVENTLOG_MISMATCH"
  })
  void eventLog_countsOnlyIfItReplays(String file, Code code) throws Exception {
    QuoteCase item = QuoteCase.of("tdx", "gtg-cos113-v4");
    Json evidence =
        Json.object()
            .put("quote", item.quote().base64())
            .put("cc_eventlog", Bytes.of(Vectors.bytes("tdx/" + file)).base64())
            .build();
    if (code == null) {
      assertThat(verify(item, evidence, NOTHING, DcapPolicy.STRICT).checks())
          .extracting(CheckResult::check)
          .contains(DcapCheck.EVENT_LOG.id());
    } else {
      assertRefused(code, item, evidence, NOTHING, DcapPolicy.STRICT);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tdx|phala-tdx-v4|{\"minTcbEvaluationDataNumber\":18}|TCB_EVALUATION_NUMBER",
        "sgx|phala-sgx|{\"minIsvSvn\":1}|SVN_BELOW_MINIMUM",
        "sgx|phala-sgx|{\"minConfigSvn\":1}|SVN_BELOW_MINIMUM"
      })
  void policy_thatAsksForMore_isRefused(String folder, String id, String text, Code code)
      throws Exception {
    QuoteCase item = QuoteCase.of(folder, id);
    DcapPolicy policy = DcapPolicy.parse(Json.parse(text, JsonLimits.MESSAGE));
    assertRefused(code, item, evidence(item), NOTHING, policy);
  }

  @Test
  void policy_thatNamesAnotherConfiguration_isRefused() throws Exception {
    QuoteCase item = QuoteCase.of("sgx", "phala-sgx");
    Json configId = Json.object().put("configId", Bytes.zeros(64).hex()).build();
    // The enclave has no key separation, so it has no configuration: not even this one.
    assertRefused(
        Code.MEASUREMENT_MISMATCH, item, evidence(item), NOTHING, DcapPolicy.parse(configId));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"allowDebugging\":true}",
        "{\"allowDebug\":\"yes\"}",
        "{\"minIsvSvn\":-1}",
        "{\"minIsvSvn\":65536}",
        "{\"mrEnclave\":\"00\"}",
        "[]"
      })
  void policy_ofAnotherForm_isRefused(String text) throws Exception {
    Json json = Json.parse(text, JsonLimits.MESSAGE);
    assertThatThrownBy(() -> DcapPolicy.parse(json)).isInstanceOf(FormatException.class);
  }

  @Test
  void pinnedRoot_isThatOfTheSpecification() {
    Bytes spki = HashAlg.SHA256.digest(DcapRoots.intel().spkis().getFirst());
    assertThat(spki.hex())
        .isEqualTo("a0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e");
  }
}
