package io.vouchsafe.rego;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExplanationTest {
  private static final String POLICY =
      """
      package app

      default allow := false

      allow if {
        trusted
        some role in input.roles
        role == "admin"
      }

      trusted if {
        input.tee == "snp"
        input.version >= data.minimum
      }

      trusted if input.debug
      """;

  private static Explanation explain(String input) throws Exception {
    Evaluation evaluation =
        Evaluation.of(Rego.json(input), Rego.CAPABILITIES)
            .withData((ObjectValue) Rego.json("{\"minimum\":7}"));
    return Rego.policy(POLICY).query("data.app.allow").explain(evaluation);
  }

  @Test
  void refusal_downTheChain_namesExpressionAndValues() throws Exception {
    String text = explain("{\"tee\":\"snp\",\"version\":3,\"roles\":[\"admin\"]}").text();
    assertThat(text)
        .startsWith("The answer is false.")
        .contains("data.app.allow (test.rego:5:1) does not hold: at 6:3, `trusted` is not true")
        .contains("`input.version >= data.minimum` is not true")
        .contains("input.version is 3")
        .contains("data.minimum is 7")
        .contains("`input.debug` is not true")
        .contains("input.debug is undefined");
  }

  @Test
  void refusal_afterALoop_namesTheLastValueTried() throws Exception {
    Explanation explanation = explain("{\"debug\":true,\"roles\":[\"a\",\"b\"]}");
    assertThat(explanation.text())
        .contains("`role == \"admin\"` is not true")
        .contains("role is \"b\"");
    assertThat(explanation.rules()).noneMatch(Explanation.Tried::held);
  }

  @Test
  void grant_namesTheRuleThatHeld() throws Exception {
    Explanation explanation = explain("{\"debug\":true,\"roles\":[\"admin\"]}");
    assertThat(explanation.answer().holds()).isTrue();
    assertThat(explanation.text()).contains("data.app.allow (test.rego:5:1) holds.");
  }
}
