package io.vouchsafe.rego;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is undefined in a negated expression: an operand ends the body, the expression itself does
/// not.
class NegationTest {
  private static final String INPUT = "{\"user\": \"eve\", \"names\": [\"ada\", \"bob\"]}";

  /// What a rule is that holds if `expression` does not.
  private static String negated(String expression) throws Exception {
    return Rego.p("p if not " + expression + "\nf(x) if x == 1\nq := input.missing", INPUT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "input.user in data.blocked",
        "input.missing in [\"eve\"]",
        "input.user in [input.missing]",
        "startswith(input.missing, \"e\")",
        "count(input.missing) == 0",
        "input.missing < 1",
        "input.missing != 1",
        "f(input.missing)",
        "f(q)",
        "{input.missing}",
        "input.names[input.missing]",
        "input.user == input.names[input.missing]",
        "[1, 2][input.missing]",
        "input.user with input.user as input.missing",
      })
  void operand_undefined_endsTheBody(String expression) throws Exception {
    assertThat(negated(expression)).isEqualTo("undefined");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "input.missing",
        "input.missing == 1",
        "1 == input.missing",
        "input.missing.x[0]",
        "f(2)",
        "q",
        "q.x",
        "1 in [x | x := input.missing]",
        "input.user in input.names",
      })
  void expression_undefined_isNegated(String expression) throws Exception {
    assertThat(negated(expression)).isEqualTo("true");
  }

  @Test
  void callOfMany_asOperand_isNegatedForEach() throws Exception {
    assertThat(Rego.p("p contains i if not startswith(lower(input.names[i]), \"a\")", INPUT))
        .isEqualTo("{1}");
  }

  @Test
  void with_onNegation_isInForceForOperands() throws Exception {
    assertThat(Rego.p("p if not input.n in [1] with input.n as 2", INPUT)).isEqualTo("true");
    assertThat(Rego.p("p if not input.n in [2] with input.n as 2", INPUT)).isEqualTo("undefined");
  }

  @Test
  void comprehension_ofNegation_isEmptyWithoutOperand() throws Exception {
    assertThat(Rego.p("p := [1 | not 1 in input.missing]", INPUT)).isEqualTo("[]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"contains(input.names[_], \"a\")", "input.names[x] in [1]", "x in [1]"})
  void variable_onlyInNegation_isRefused(String negated) {
    assertThatThrownBy(() -> Rego.p("p if not " + negated, INPUT))
        .isInstanceOf(RegoException.class)
        .hasMessageContaining("is unsafe");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not contains(input.names[_], \"a\")",
        "not input.names[i] == \"a\"",
        "input.user and input.names[_] == \"ada\"",
        "input.none or input.names[i] == \"ada\"",
      })
  void variable_ofAnOperandWithoutBraces_isRefused(String expression) {
    assertThatThrownBy(() -> Rego.p("import future.keywords\np if " + expression, INPUT))
        .hasMessageContaining("is unsafe");
  }

  @Test
  void variable_ofAnOperandInBraces_isItsOwn() throws Exception {
    String imports = "import future.keywords\n";
    assertThat(Rego.p(imports + "p if not { input.names[_] == \"eve\" }", INPUT)).isEqualTo("true");
    assertThat(Rego.p(imports + "p if not input.user in data.blocked", INPUT)).isEqualTo("true");
    assertThat(Rego.p(imports + "p if { not input.names[i] == \"a\"; i = 1 }", INPUT))
        .isEqualTo("true");
  }
}
