package io.vouchsafe.appraisal.why;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.appraisal.fuzz.ExplanationFuzzer;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.testkit.Mutations;
import io.vouchsafe.verdict.Code;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecisionRecordTest {
  private static final String ATTESTATION =
      """
      {"kind":"attest","policy":{"kind":"attestation","id":"default","version":1,"body":{}},
       "submodules":[{"name":"cpu0","tee":"tpm","status":"affirming",
        "checks":[{"check":"tpm.quote.signature","outcome":"passed","found":"it"}],
        "appraisal":[{"check":"appraisal.tpm.kernel","outcome":"passed","found":"ab",
          "reference":{"name":"tpm_kernel","value":"ab","expires":"2027-01-01T00:00:00Z",
            "provenance":"predicted","origin":"measure"}}]}]}\
      """;

  private static final String RELEASE =
      """
      {"kind":"release","step":"decide","outcome":"refused","id":"i","at":"2026-01-01T00:00:00Z",
       "resource":"a/b/c","attestation":"x","attestation_entry":%s,
       "refusal":{"code":"KERNEL_UNEXPECTED","check":"appraisal.tpm.kernel",
         "expected":"ab","found":"cd"},
       "submodules":[{"name":"cpu0","appraisal":[{"check":"appraisal.tpm.kernel",
         "outcome":"failed","code":"KERNEL_UNEXPECTED","expected":"ab","found":"cd",
         "compared":[{"name":"tpm_kernel","entries":[]}]}]}],
       "checks":[{"check":"release.affirming","outcome":"failed","code":"KERNEL_UNEXPECTED",
         "expected":"affirming","found":"warning"}]}\
      """
          .formatted(ATTESTATION);

  private static final String REGO =
      """
      {"kind":"release","step":"decide","outcome":"refused","id":"i","at":"2026-01-01T00:00:00Z",
       "resource":"a/b/c","query":{"q":"1"},
       "policy":{"kind":"release","id":"release","version":3,"body":{"type":"rego",
         "text":"package policy\\nimport rego.v1\\nallow if input.x == 3\\nallow if data.query.q == \\"2\\"\\n"}},
       "input":{"x":4},
       "refusal":{"code":"POLICY_DENIED","check":"release.rego.allow","expected":"","found":""},
       "checks":[{"check":"release.rego.allow","outcome":"failed","code":"POLICY_DENIED",
         "expected":"data.policy.allow is true","found":"as it was said then"}]}\
      """;

  private static Json.Obj json(String text) throws FormatException {
    return Json.parseObject(Bytes.utf8(text), JsonLimits.MESSAGE);
  }

  private static Explanation explain(String text) throws FormatException {
    return DecisionRecord.of(json(text), () -> 0).explain();
  }

  private static List<String> checks(Explanation explanation) {
    return explanation.checks().stream()
        .map(it -> it.stage().text() + " " + it.result().check() + " " + it.result().outcome())
        .toList();
  }

  @Test
  void checks_ofARelease_takeTheNewAppraisalOnce() throws FormatException {
    assertThat(checks(explain(RELEASE)))
        .containsExactly(
            "evidence tpm.quote.signature PASSED",
            "appraisal appraisal.tpm.kernel FAILED",
            "policy release.affirming FAILED");
  }

  @Test
  void changes_ofARelease_areForWhatFailedByItself() throws FormatException {
    assertThat(explain(RELEASE).changes())
        .singleElement()
        .satisfies(change -> {
          assertThat(change.sentence())
              .startsWith("`tpm_kernel` would have to contain cd; it had no value.");
          assertThat(change.command()).contains("./vouchsafe rv put tpm_kernel cd");
        });
  }

  @Test
  void changes_whereTheSameReadsAnotherWay_nameTheType() throws FormatException {
    String number =
        RELEASE
            .replace("\"found\":\"cd\"", "\"found\":\"1\"")
            .replace(
                "\"entries\":[]",
                "\"entries\":[{\"name\":\"tpm_kernel\",\"value\":1,\"expires\":\"2030-01-01T00:00:00Z\","
                    + "\"provenance\":\"declared\",\"origin\":\"bob\"}]");
    assertThat(explain(number).changes())
        .singleElement()
        .satisfies(change -> {
          assertThat(change.sentence())
              .startsWith(
                  "`tpm_kernel` would have to contain \"1\", as text; it had 1, which is no text");
          assertThat(change.command()).contains("./vouchsafe rv put tpm_kernel '\"1\"'");
        });
    String text = number.replace("\"value\":1,", "\"value\":\"1\",");
    assertThat(explain(text).changes())
        .singleElement()
        .satisfies(change -> {
          assertThat(change.sentence()).contains("not text; it had the text \"1\"");
          assertThat(change.command()).contains("./vouchsafe rv put tpm_kernel 1");
        });
  }

  @Test
  void command_valueThatAShellWouldRead_isNotOffered() throws FormatException {
    String hostile = RELEASE.replace("\"found\":\"cd\"", "\"found\":\"cd; rm -rf /\"");
    assertThat(explain(hostile).changes())
        .allSatisfy(change -> assertThat(change.command()).isEmpty());
    String quoted =
        RELEASE.replace("\"name\":\"tpm_kernel\",\"entries\"", "\"name\":\"a'b\",\"entries\"");
    assertThat(explain(quoted).changes().getFirst().command())
        .contains("./vouchsafe rv put 'a'\\''b' cd");
  }

  @Test
  void checks_ofARefusedVerification_areItsEvidence() throws FormatException {
    assertThat(
            checks(
                explain(
                    """
                    {"kind":"attest","step":"verify","outcome":"refused",
                     "refusal":{"code":"NONCE_MISMATCH","check":"tpm.quote.report-data",
                       "expected":"a","found":"b"},
                     "checks":[{"check":"tpm.quote.report-data","outcome":"failed",
                       "expected":"a","found":"b"}]}\
                    """)))
        .containsExactly("evidence tpm.quote.report-data FAILED");
  }

  @Test
  void rules_ofARefusal_areThoseOfTheRecordedPolicy() throws FormatException {
    Explanation explanation = explain(REGO);
    Basis.Rules rules = (Basis.Rules) explanation.checks().getFirst().basis().getFirst();
    assertThat(rules.repeated()).isTrue();
    assertThat(rules.lines()).extracting(RuleLine::line).containsExactly(3, 4);
    assertThat(explanation.changes())
        .extracting(Change::sentence)
        .containsExactly(
            "Among others, line 3 of the release policy version 3 would have to be true: `input.x == 3`; `input.x` was 4 (rule data.policy.allow)",
            "Among others, line 4 of the release policy version 3 would have to be true: `data.query.q == \"2\"`; `data.query.q` was \"1\" (rule data.policy.allow)");
  }

  @Test
  void rules_thatComeToAnotherResult_areSaidToDoSo() throws FormatException {
    Explanation explanation = explain(REGO.replace("\"input\":{\"x\":4}", "\"input\":{\"x\":3}"));
    assertThat(((Basis.Rules) explanation.checks().getFirst().basis().getFirst()).repeated())
        .isFalse();
    assertThat(String.join("\n", ExplanationText.lines(explanation)))
        .contains("another result")
        .contains("as it was said then");
  }

  @Test
  void rules_ofARecordWithoutInput_areTheTextOfThen() throws FormatException {
    Explanation explanation = explain(REGO.replace("\"input\"", "\"other\""));
    assertThat(explanation.checks().getFirst().basis()).isEmpty();
    assertThat(String.join("\n", ExplanationText.lines(explanation)))
        .contains("as it was said then");
  }

  @Test
  void rules_ofAPolicyThatDoesNotCompile_thereAreNone() throws FormatException {
    assertThat(explain(REGO.replace("input.x == 3", "input.x ==")).checks().getFirst().basis())
        .isEmpty();
  }

  @Test
  void refusal_ofAGuestWithAnUnknownCode_isStillACheck() throws FormatException {
    Explanation explanation =
        explain(
            "{\"kind\":\"report\",\"step\":\"report\",\"code\":\"NEWER\",\"check\":\"x\",\"expected\":\"e\",\"found\":\"f\"}");
    assertThat(explanation.refusal()).isEmpty();
    assertThat(checks(explanation)).containsExactly("guest x FAILED");
    assertThat(explanation.checks().getFirst().knownCode()).isEmpty();
    assertThat(explanation.changes()).hasSize(1);
  }

  @Test
  void refusal_ofThePlaceWhereNothingWasFound_tellsToPutIt() throws FormatException {
    Explanation explanation =
        explain(
            """
            {"kind":"release","step":"decide","resource":"a/b/c",
             "refusal":{"code":"RESOURCE_NOT_FOUND","check":"transaction.resource",
               "expected":"a resource a/b/c","found":"none"}}\
            """);
    assertThat(explanation.refusal().orElseThrow().code()).isEqualTo(Code.RESOURCE_NOT_FOUND);
    assertThat(explanation.changes().getFirst().command())
        .contains("./vouchsafe resource put a/b/c FILE");
  }

  @Test
  void text_controlCharacters_doNotReachTheTerminal() throws FormatException {
    String hostile = RELEASE.replace("\"found\":\"cd\"", "\"found\":\"\\u001b[2J\\u0007\"");
    assertThat(ExplanationText.lines(explain(hostile)))
        .allSatisfy(line -> assertThat(line.chars().noneMatch(Character::isISOControl)).isTrue());
  }

  @Test
  void text_ofACandidate_saysSo() throws FormatException {
    assertThat(ExplanationText.lines(explain(REGO.replace("\"version\":3", "\"version\":0"))))
        .anyMatch(line -> line.startsWith("  release, candidate for release: rego, sha256:"))
        .anyMatch(line -> line.contains("of the release policy candidate would have to be true"));
  }

  @Test
  void entry_ofASignedStatement_namesItsVersion() throws FormatException {
    String signed =
        RELEASE.replace(
            "\"entries\":[]",
            "\"entries\":[{\"value\":\"ab\",\"expires\":\"2027-01-01T00:00:00Z\",\"provenance\":\"predicted\",\"origin\":\"measure\",\"source\":{\"set\":\"pod-vm\",\"version\":7}}]");
    assertThat(explain(signed).changes().getFirst().sentence())
        .contains(
            "it had ab (predicted, measure, version 7 of pod-vm, until 2027-01-01T00:00:00Z)");
  }

  @Test
  void record_ofNothing_isExplainedAsNothing() throws FormatException {
    Explanation explanation = explain("{}");
    assertThat(explanation.checks()).isEmpty();
    assertThat(explanation.changes()).isEmpty();
    assertThat(explain("{\"checks\":7,\"submodules\":[1,{\"checks\":[2]}]}").checks()).isEmpty();
  }

  @Test
  void parse_anotherSchema_isRefused() throws FormatException {
    Json.Obj json = explain(RELEASE).json();
    assertThatThrownBy(() -> Explanation.parse(json.with("schema", Json.of(2))))
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.UNSUPPORTED_VERSION));
    assertThatThrownBy(() -> Explanation.parse(json.without("checks")))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void records_mutated_areExplainedOrRefused() throws FormatException {
    Mutations.feed(
        ExplanationFuzzer::fuzzerTestOneInput,
        5,
        400,
        List.of(json(RELEASE).toUtf8(), json(REGO).toUtf8(), explain(RELEASE).json().toUtf8()));
  }
}
