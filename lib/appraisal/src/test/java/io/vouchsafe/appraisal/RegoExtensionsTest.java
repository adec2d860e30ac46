package io.vouchsafe.appraisal;

import static io.vouchsafe.appraisal.Fixtures.TIME;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegoExtensionsTest {
  private static final String HEAD =
      "package policy\ntrust_claims := {\"executables\": 3, \"hardware\": 2}\n";
  private static final EvidenceClaims EVIDENCE =
      new EvidenceClaims(
          "sample",
          "cpu",
          "production",
          Json.object().put("svn", "7").build(),
          Json.NULL,
          Optional.empty());

  private static SubmoduleResult appraised(String rules) throws Exception {
    AttestationPolicy policy = AttestationPolicy.Rego.of(Map.of("cpu", HEAD + rules));
    return SubmoduleResult.appraise("cpu0", EVIDENCE, policy, ReferenceValues.of(List.of()), TIME);
  }

  @Test
  void extensions_ofThePolicy_areMembersOfTheSubmodule() throws Exception {
    SubmoduleResult result =
        appraised(
            """
            extensions := [
              {"name": "ear.trustee.identifiers", "key": -18, "value": {"validated": {"a": [1]}}},
              {"name": "org.example.svn", "key": 7, "value": input.sample.svn},
            ]
            """);

    assertThat(result.status()).isEqualTo(TrustTier.AFFIRMING);
    assertThat(result.json().object("ear.trustee.identifiers").compact())
        .isEqualTo("{\"validated\":{\"a\":[1]}}");
    assertThat(result.json().string("org.example.svn")).isEqualTo("7");
  }

  @Test
  void extensions_ofAPolicyWithoutTheRule_areNone() throws Exception {
    assertThat(appraised("").extensions().members()).isEmpty();
    assertThat(appraised("extensions := []\n").extensions().members()).isEmpty();
  }

  @Test
  void extensions_ofBuiltInRules_areTheIdentifiers() {
    SubmoduleResult result =
        SubmoduleResult.appraise(
            "cpu0", EVIDENCE, AttestationPolicy.DEFAULT, ReferenceValues.of(List.of()), TIME);

    assertThat(result.extensions().members()).containsOnlyKeys("ear.trustee.identifiers");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "extensions := {}",
        "extensions := 1",
        "extensions := [1]",
        "extensions := [{\"name\": \"a\", \"value\": 1}]",
        "extensions := [{\"name\": \"a\", \"key\": 1}]",
        "extensions := [{\"key\": 1, \"value\": 1}]",
        "extensions := [{\"name\": 1, \"key\": 1, \"value\": 1}]",
        "extensions := [{\"name\": \"\", \"key\": 1, \"value\": 1}]",
        "extensions := [{\"name\": \"a\", \"key\": 2147483648, \"value\": 1}]",
        "extensions := [{\"name\": \"a\", \"key\": 1.5, \"value\": 1}]",
        "extensions := [{\"name\": \"ear.status\", \"key\": 1, \"value\": \"affirming\"}]",
        "extensions := [{\"name\": \"ear_status\", \"key\": 1, \"value\": \"affirming\"}]",
        "extensions := [{\"name\": \"ear.vouchsafe\", \"key\": 1, \"value\": {}}]",
        "extensions := [{\"name\": \"a\", \"key\": 1, \"value\": n} | some n in [1, 2]]",
        "extensions := [{\"name\": sprintf(\"%d\", [n]), \"key\": n, \"value\": n} | some n in numbers.range(1, 65)]"
      })
  void extensions_thatAreNone_areAPolicyError(String rule) throws Exception {
    SubmoduleResult result = appraised(rule + "\n");

    assertThat(result.status()).isEqualTo(TrustTier.NONE);
    assertThat(result.appraisal().firstFailure().orElseThrow().code())
        .contains(Code.POLICY_INVALID);
    assertThat(result.extensions().members()).isEmpty();
  }
}
