package io.vouchsafe.appraisal;

import static io.vouchsafe.appraisal.Fixtures.TIME;
import static io.vouchsafe.appraisal.Fixtures.issued;
import static io.vouchsafe.appraisal.Fixtures.sample;
import static io.vouchsafe.appraisal.Fixtures.sampleClaims;
import static io.vouchsafe.appraisal.Fixtures.sampleValues;
import static io.vouchsafe.appraisal.Fixtures.tpm;
import static io.vouchsafe.appraisal.Fixtures.tpmClaims;
import static io.vouchsafe.appraisal.Fixtures.tpmValues;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReleasePolicyTest {
  private static final AttestationResult GOOD = issued(tpm(tpmClaims()), tpmValues());
  private static final AttestationResult BAD =
      issued(tpm(tpmClaims().with("pcr00", Json.of("00"))), tpmValues());
  private static final AttestationResult SAMPLE = issued(sample(sampleClaims()), sampleValues());

  private static ReleasePolicy.Verdict decide(
      String policy, AttestationResult result, String plugin, List<ReferenceValue> values) {
    try {
      return ReleasePolicy.builtIn(policy)
          .decide(
              result,
              new ReleasePolicy.Request(plugin, List.of("a", "b", "c"), Map.of()),
              ReferenceValues.of(values),
              TIME);
    } catch (FormatException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Optional<Code> code(String policy, AttestationResult result) {
    return decide(policy, result, "resource", tpmValues()).refusal().map(Refusal::code);
  }

  private static AttestationResult claims(String text) throws FormatException {
    return AttestationResult.ofVerifiedClaims(
        Json.parse(text, JsonLimits.MESSAGE).asObject("claims"));
  }

  @Test
  void byDefault_affirmingWithRegisteredInitData_isAllowed() {
    assertThat(code("default", GOOD)).isEmpty();
  }

  @Test
  void byDefault_notAffirming_bearsTheCodeOfTheFirstFailedCheck() {
    Refusal refusal = decide("default", BAD, "resource", tpmValues()).refusal().orElseThrow();
    assertThat(refusal.code()).isEqualTo(Code.FIRMWARE_UNEXPECTED);
    assertThat(refusal.check()).isEqualTo(TpmAppraisalCheck.FIRMWARE.id());
    assertThat(refusal.found()).isEqualTo("00");
  }

  @Test
  void byDefault_otherInitData_isRefused() {
    List<ReferenceValue> values = new ArrayList<>(tpmValues());
    values.removeIf(value -> value.name().equals("init_data"));
    assertThat(decide("default", GOOD, "resource", values).refusal().map(Refusal::code))
        .contains(Code.NO_REFERENCE_VALUE);
    values.add(Fixtures.value("init_data", Json.of("other")));
    assertThat(decide("default", GOOD, "resource", values).refusal().map(Refusal::code))
        .contains(Code.INIT_DATA_UNEXPECTED);
  }

  @Test
  void byDefault_withoutInitData_isRefused() {
    assertThat(code("default", SAMPLE)).contains(Code.INIT_DATA_UNEXPECTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "affirming", "trustee-affirming"})
  void affirming_tokenWithoutSubmodules_isRefused(String policy) throws FormatException {
    assertThat(code(policy, claims("{\"exp\":1}"))).isPresent();
  }

  @Test
  void affirming_foreignStatusNone_isRefused() throws FormatException {
    AttestationResult foreign =
        claims("{\"exp\":1,\"submods\":{\"cpu0\":{\"ear.status\":\"none\"}}}");
    assertThat(code("affirming", foreign)).contains(Code.NOT_AFFIRMING);
    assertThat(code("trustee-affirming", foreign)).contains(Code.POLICY_DENIED);
  }

  @Test
  void affirming_oneOfTwoSubmodulesWarns_isRefused() throws FormatException {
    AttestationResult foreign =
        claims(
            "{\"exp\":1,\"submods\":{\"cpu0\":{\"ear.status\":\"affirming\"},"
                + "\"gpu0\":{\"ear.status\":\"warning\"}}}");
    assertThat(code("affirming", foreign)).contains(Code.NOT_AFFIRMING);
  }

  @Test
  void trusteeDefault_looksAtTheKindOfEvidenceOnly() throws FormatException {
    assertThat(code("trustee-default", BAD)).isEmpty();
    assertThat(code("trustee-default", SAMPLE)).contains(Code.POLICY_DENIED);
    AttestationResult foreign =
        claims(
            "{\"exp\":1,\"submods\":{\"cpu0\":{\"ear.status\":\"affirming\","
                + "\"ear.veraison.annotated-evidence\":{\"report_data\":\"\",\"sample\":{}}}}}");
    assertThat(code("trustee-default", foreign)).contains(Code.POLICY_DENIED);
  }

  @Test
  void allowAll_isForResourcesOnly() {
    assertThat(code("allow-all", SAMPLE)).isEmpty();
    assertThat(decide("allow-all", GOOD, "pkcs11", tpmValues()).allowed()).isFalse();
    assertThat(decide("trustee-default", GOOD, "pkcs11", tpmValues()).allowed()).isFalse();
  }

  @Test
  void denyAll_deniesTheBest() {
    assertThat(code("deny-all", GOOD)).contains(Code.POLICY_DENIED);
  }

  @ParameterizedTest
  @EnumSource(ReleasePolicy.BuiltIn.Rules.class)
  void policy_writtenAndRead_isEqual(ReleasePolicy.BuiltIn.Rules rules) throws FormatException {
    ReleasePolicy policy = new ReleasePolicy.BuiltIn(rules);
    assertThat(ReleasePolicy.parse(policy.json())).isEqualTo(policy);
    assertThat(ReleasePolicy.builtIn(rules.text())).isEqualTo(policy);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"type\":\"rego\",\"name\":\"default\"}",
        "{\"type\":\"builtin\",\"name\":\"other\"}",
        "{\"type\":\"builtin\"}"
      })
  void policy_ofUnknownForm_isRefused(String text) {
    assertThatThrownBy(
            () -> ReleasePolicy.parse(Json.parse(text, JsonLimits.MESSAGE).asObject("policy")))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void verdict_withoutFinding_isAMistake() {
    assertThatThrownBy(() -> new ReleasePolicy.Verdict(List.of(), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
