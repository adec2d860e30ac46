package io.vouchsafe.rego;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever does not parse has a place and a hint.
class HintTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "package",
        "package a\np if {",
        "package a\np if { x := }",
        "package a\np := ",
        "package a\np := 1e",
        "package a\np := {\"a\" 1, \"b\": 2}",
        "package a\nimport data.b as",
        "package a\na. := 1",
        "package a\np := \"x",
        "package a\np { true }",
        "package a\np if { some 1 }",
        "package a\np if { every x xs { x } }",
        "package a\np := 1 }"
      })
  void parse_ofWhatIsNoRego_saysWhereAndWhatToDo(String text) {
    RegoException refused = refused(text);
    assertThat(refused.position()).isPresent();
    assertThat(refused.hint()).isNotEmpty();
  }

  @Test
  void parse_ofANumberOfTooManyDigits_saysWhereAndWhatToDo() {
    RegoException refused = refused("package a\np := " + "9".repeat(1_000_000));
    assertThat(refused.position()).contains(new Position("test.rego", 2, 6));
    assertThat(refused.hint()).isNotEmpty();
  }

  @Test
  void parse_ofNegationsInEndlessRow_isStoppedAtItsPlace() {
    RegoException refused = refused("package a\np if { " + "not ".repeat(50_000) + "true }");
    assertThat(refused.code()).isEqualTo(RegoException.Code.PARSE);
    assertThat(refused.position().orElseThrow().line()).isEqualTo(2);
    assertThat(refused.problem()).contains("nesting deeper than");
  }

  @Test
  void parse_ofElseInEndlessRow_isStoppedAtItsPlace() {
    RegoException refused =
        refused("package a\np if false\n" + "else := 1 if false\n".repeat(50_000));
    assertThat(refused.code()).isEqualTo(RegoException.Code.PARSE);
    assertThat(refused.position().orElseThrow().line()).isEqualTo(503);
    assertThat(refused.problem()).contains("more than 500 `else` in a row");
  }

  @Test
  void query_ofPrintAlone_printsAndHolds() throws Exception {
    Query query = Policy.compile(List.of(Source.of("a.rego", "package a"))).query("print(1)");
    assertThat(query).isNotNull();
  }

  private static RegoException refused(String text) {
    return catchThrowableOfType(
        RegoException.class, () -> Policy.compile(List.of(Source.of("test.rego", text))));
  }
}
