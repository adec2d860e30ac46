package io.vouchsafe.appraisal;

import static io.vouchsafe.appraisal.Fixtures.TIME;
import static io.vouchsafe.appraisal.Fixtures.digest;
import static io.vouchsafe.appraisal.Fixtures.issued;
import static io.vouchsafe.appraisal.Fixtures.tpm;
import static io.vouchsafe.appraisal.Fixtures.tpmClaims;
import static io.vouchsafe.appraisal.Fixtures.tpmValues;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegoPolicyTest {
  /// In the manner of the reference broker's policies.
  private static final String APPRAISE =
      """
      package policy
      import rego.v1
      default executables := 33
      default hardware := 97
      trust_claims := {"executables": executables, "hardware": hardware}
      executables := 3 if {
        input.tpm.pcr04 in query_reference_value("tpm_pcr04")
        input.tpm.boot.kernel in query_reference_value("tpm_kernel")
      }
      hardware := 2 if input.tpm
      """;

  private static final ReferenceValues VALUES =
      ReferenceValues.of(
          List.of(
              Fixtures.value("tpm_pcr04", Json.strings(List.of(digest("pcr04")))),
              Fixtures.value("tpm_kernel", Json.strings(List.of(digest("kernel"), "ab")))));

  private static Appraisal appraise(String text, Json.Obj claims, ReferenceValues values)
      throws FormatException {
    return AttestationPolicy.Rego.of(Map.of("cpu", text)).appraise(tpm(claims), values, TIME);
  }

  @Test
  void appraise_valuesMatch_isAffirming() throws Exception {
    Appraisal appraisal = appraise(APPRAISE, tpmClaims(), VALUES);
    assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.AFFIRMING);
    assertThat(appraisal.firstFailure()).isEmpty();
  }

  @Test
  void appraise_otherKernel_saysWhichExpressionFailed() throws Exception {
    Json.Obj claims =
        tpmClaims()
            .with(
                "boot",
                Json.object()
                    .put("kernel", "cd")
                    .put("command_line", "")
                    .put("initrd", "")
                    .build());
    Finding failure = appraise(APPRAISE, claims, VALUES).firstFailure().orElseThrow();
    assertThat(failure.code()).contains(Code.POLICY_DENIED);
    assertThat(failure.result().found())
        .contains(
            "\"executables\":33",
            "`input.tpm.boot.kernel in query_reference_value(\"tpm_kernel\")` is not true",
            "input.tpm.boot.kernel is \"cd\"");
  }

  @Test
  void appraise_noReferenceValue_isNotAffirming() throws Exception {
    Appraisal appraisal = appraise(APPRAISE, tpmClaims(), ReferenceValues.NONE);
    assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.WARNING);
  }

  @Test
  void appraise_classWithoutText_isAppraisedByTheBuiltInRules() throws Exception {
    AttestationPolicy policy = AttestationPolicy.DEFAULT.with("gpu", APPRAISE);
    ReferenceValues values = ReferenceValues.of(tpmValues());
    assertThat(policy.appraise(tpm(tpmClaims()), values, TIME))
        .isEqualTo(AttestationPolicy.DEFAULT.appraise(tpm(tpmClaims()), values, TIME));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "package policy\ntrust_claims := {\"executables\": 300}",
        "package policy\ntrust_claims := {\"executables\": 3.5}",
        "package policy\ntrust_claims := {\"nonsense\": 3}",
        "package policy\ntrust_claims := {}",
        "package policy\ntrust_claims := \"yes\"",
        "package policy\ntrust_claims := {\"executables\": x} if some x in [2, 3]"
      })
  void appraise_vectorThatIsNone_affirmsNothing(String text) throws Exception {
    Appraisal appraisal = appraise(text, tpmClaims(), VALUES);
    assertThat(appraisal.vector().tier()).isEqualTo(TrustTier.NONE);
    assertThat(appraisal.firstFailure().flatMap(Finding::code)).contains(Code.POLICY_INVALID);
  }

  @Test
  void appraise_withoutTheRule_statesNothing() throws Exception {
    assertThat(appraise("package policy\nx := 1", tpmClaims(), VALUES).vector())
        .isEqualTo(TrustVector.UNSTATED);
  }

  @Test
  void appraise_policyThatRunsAway_isStopped() throws Exception {
    String text =
        "package policy\ntrust_claims := {\"executables\": count([1 |"
            + " some a in numbers.range(1, 5000); some b in numbers.range(1, 5000)])}";
    Finding failure = appraise(text, tpmClaims(), VALUES).firstFailure().orElseThrow();
    assertThat(failure.code()).contains(Code.POLICY_INVALID);
    assertThat(failure.result().found()).contains("eval_limit_error");
  }

  @Test
  void parse_writtenPolicy_isTheSame() throws Exception {
    AttestationPolicy policy = AttestationPolicy.DEFAULT.with("cpu", APPRAISE);
    assertThat(AttestationPolicy.parse(policy.json())).isEqualTo(policy);
    ReleasePolicy release = ReleasePolicy.Rego.of("package policy\nallow := true");
    assertThat(ReleasePolicy.parse(release.json())).isEqualTo(release);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "allow := true",
        "package policy\nallow { true }",
        "package policy\nallow if x",
        "package policy\nallow if nowhere(1)",
        "package policy\nallow if query_reference_value(1, 2, 3)"
      })
  void of_textThatDoesNotCompile_isRefusedWithItsPlace(String text) {
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> ReleasePolicy.Rego.of(text))
        .satisfies(e -> assertThat(e.found()).contains("rego_"));
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> AttestationPolicy.DEFAULT.with("cpu", text));
  }

  @Test
  void of_textBeyondTheBound_isRefused() {
    String text = "package policy\n#" + "x".repeat(RegoPolicies.MAX_TEXT);
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> ReleasePolicy.Rego.of(text))
        .satisfies(e -> assertThat(e.code()).isEqualTo(Code.OVERSIZED));
  }

  private static ReleasePolicy.Verdict decide(String rules, String... path) throws FormatException {
    return ReleasePolicy.Rego.of("package policy\nimport rego.v1\n" + rules)
        .decide(
            issued(tpm(tpmClaims()), tpmValues()),
            new ReleasePolicy.Request("resource", List.of(path), Map.of("ticket", "open")),
            ReferenceValues.of(tpmValues()),
            TIME);
  }

  @Test
  void decide_onAReferenceValueOfWhatIsNoName_isNotAllowed() throws Exception {
    assertThat(decide("allow if query_reference_value(3)").allowed()).isFalse();
    assertThat(decide("allow if query_reference_value([\"a\"])").allowed()).isFalse();
  }

  @Test
  void decide_ruleHolds_isAllowed() throws Exception {
    String rules =
        """
        default allow := false
        allow if {
          data.plugin == "resource"
          data["resource-path"][1] == "key"
          data.query.ticket == "open"
          input.submods.cpu0["ear.status"] == "affirming"
        }
        """;
    assertThat(decide(rules, "default", "key", "one").allowed()).isTrue();
    assertThat(decide(rules, "default", "secret", "one").allowed()).isFalse();
  }

  @Test
  void decide_ruleDoesNotHold_saysWhichExpressionFailed() throws Exception {
    ReleasePolicy.Verdict verdict = decide("allow if data.plugin == \"other\"", "a", "b", "c");
    assertThat(verdict.refusal().orElseThrow().code()).isEqualTo(Code.POLICY_DENIED);
    assertThat(verdict.refusal().orElseThrow().found())
        .contains("data.plugin == \"other\"", "data.plugin is \"resource\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "allow := \"yes\"",
        "allow := 1",
        "allow := {true}",
        "x := 1",
        "allow if false",
        "allow if input.absent",
        "default allow := false"
      })
  void decide_anythingButTrue_isDenied(String rules) throws Exception {
    assertThat(decide(rules, "a", "b", "c").refusal().orElseThrow().code())
        .isEqualTo(Code.POLICY_DENIED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "allow := x if some x in [true, false]",
        "allow if count([1 | some a in numbers.range(1, 9000); some b in numbers.range(1, 9000)])"
      })
  void decide_policyThatFails_allowsNothing(String rules) throws Exception {
    assertThat(decide(rules, "a", "b", "c").refusal().orElseThrow().code())
        .isEqualTo(Code.POLICY_INVALID);
  }
}
