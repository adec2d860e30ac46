package io.vouchsafe.rego;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What looks like Rego and is refused, and what looks odd and is not.
class AcceptanceTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          p := 1; q := 2 | rego_parse_error
          p if { true; } | rego_parse_error
          p if { ; true } | rego_parse_error
          p := [x ! x := 1;] | rego_parse_error
          p.a | rego_parse_error: expected `:=`
          p["a"] | rego_parse_error: expected `:=`
          p := 1 else := 2 | rego_parse_error: expected a body before `else`
          p if false else := 2 else := 3 | rego_parse_error: expected a body before `else`
          p if false else { true } | rego_parse_error: expected `if` before the body
          p contains 1 if false else := 2 | rego_parse_error: `else` of a rule that adds to a set
          f(x) contains x | rego_parse_error: function that makes a set
          f(1 + 1) := 1 | rego_compile_error: rule arguments cannot contain calls
          f(input.n) := 1 | rego_unsafe_var_error: var input is unsafe
          p := f()~f() := 1 | rego_type_error: undefined function f
          p := f~f(x) := x | rego_type_error: function data.t.f used as reference
          p := data.t.f[0]~f(x) := x | rego_type_error: function data.t.f used as reference
          p if { "a" := "a" } | rego_compile_error: cannot assign
          p if { input.x := 1 } | rego_compile_error: cannot assign
          p if { [x, x] := [1, 1] } | rego_compile_error: var x declared above
          p if { not x := 1 } | rego_parse_error: assignment in a negated
          p if { not some x in [1] } | rego_parse_error: negation of `some`
          p if { not every x in [1] { x } } | rego_parse_error: negation of `every`
          p if { not not 1 } | rego_parse_error: negation of `not`
          p if { some x } | rego_compile_error: declared var x unused
          p if { every x in [1] { true } } | rego_compile_error: declared var x unused
          p if { every i, x in [1] { x } } | rego_compile_error: declared var i unused
          f(x) := x if { x := 1 } | rego_compile_error: arg x redeclared
          f(x) if { some x in [1] } | rego_compile_error: arg x redeclared
          input := 1 | rego_compile_error: rules must not shadow input
          f(data) := 1 | rego_compile_error: args must not shadow data
          p if { input := 1 } | rego_compile_error: variables must not shadow input
          import data.a as input | rego_parse_error: import that hides input
          import future.keywords.if as x | rego_parse_error: keywords cannot be renamed
          import data.a~import data.b.a | rego_compile_error: two imports of the name a
          p := any([true]) | rego_type_error: deprecated built-in function any
          p := re_match("a", "a") | rego_type_error: deprecated built-in function re_match
          p if { 1 in [2] with internal.member_2 as true } | rego_type_error
          p := $"{input.xs[_]}" | rego_unsafe_var_error: var _ is unsafe
          """)
  void policy_thatOpaRefuses_isRefused(String rules, String error) {
    String text = "package t\n" + rules.replace("~", "\n").replace("!", "|");
    assertThatThrownBy(() -> Rego.policy(text))
        .isInstanceOf(RegoException.class)
        .hasMessageContaining(error);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "input.x",
        "data.x",
        "input",
        "x",
        "[x]",
        "{\"a\": input.x}",
        "count([1])",
        "1 + 1",
        "time.now_ns()",
      })
  void defaultValue_thatDependsOnAnything_isRefused(String value) {
    assertThatThrownBy(() -> Rego.policy("package t\ndefault p := " + value))
        .hasMessageContaining("rego_parse_error: default value with");
  }

  @ParameterizedTest
  @ValueSource(strings = {"f(1)", "f([x])", "f(x, x)", "p contains"})
  void defaultHead_thatIsNoName_isRefused(String head) {
    String rule = "default " + head + (head.endsWith("contains") ? " 1" : " := 1");
    assertThatThrownBy(() -> Rego.policy("package t\n" + rule))
        .hasMessageContaining("rego_parse_error: default ");
  }

  @Test
  void defaultValue_thatIsComprehension_isTaken() throws Exception {
    assertThat(Rego.p("default p := {x | x := input.n}", "{\"n\": 1}")).isEqualTo("{1}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {} | true
          {"a": false} | true
          {"a": false}.a | undefined
          {x ! x := 1; false} | true
          {"a"} == {"b"} | undefined
          {1, 2}[_] == 2 | true
          {false} | undefined
          {true; false} | undefined
          { input.n == 1 } | true
          """)
  void body_inBraces_isATermWhereItCanBeOne(String body, String expected) throws Exception {
    assertThat(Rego.p("p if " + body.replace('!', '|'), "{\"n\": 1}")).isEqualTo(expected);
  }

  @Test
  void function_withoutValueAndBody_holds() throws Exception {
    assertThat(Rego.p("f(true)\np if f(true)", "{}")).isEqualTo("true");
    assertThat(Rego.p("f(true)\np if f(false)", "{}")).isEqualTo("undefined");
  }

  @Test
  void deprecatedFunction_inOlderSyntax_isThere() throws Exception {
    assertThat(Rego.p(Rego.old("package t\np { any([false, true]) }"), "{}")).isEqualTo("true");
    assertThatThrownBy(() -> Rego.old("package t\nimport rego.v1\np if any([true])"))
        .hasMessageContaining("deprecated");
  }

  @Test
  void inputAsRule_inOlderSyntax_isTaken() throws Exception {
    assertThat(Rego.p(Rego.old("package t\nimport data.a\nimport data.b.a\np = 1"), "{}"))
        .isEqualTo("1");
  }

  @Test
  void halfOfASurrogatePair_inString_isReplaced() throws Exception {
    assertThat(Rego.p("p := \"a\\ud83d\"", "{}")).isEqualTo("\"a\uFFFD\"");
    assertThat(Rego.p("p := \"\\ud83d\\ude00\"", "{}")).isEqualTo("\"\uD83D\uDE00\"");
    assertThat(Rego.p("p := \"\\ude00\\ud83d\"", "{}")).isEqualTo("\"\uFFFD\uFFFD\"");
  }
}
