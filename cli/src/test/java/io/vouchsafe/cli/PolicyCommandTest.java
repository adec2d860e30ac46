package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyCommandTest {
  private static final String POLICY =
      """
      package app
      allow if input.a == 1
      test_allow if { allow with input as {"a": 1} }
      """;

  @TempDir Path folder;

  private Path file(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }

  private Cli.Outcome policy(String... words) {
    String[] all = new String[words.length + 1];
    all[0] = "policy";
    System.arraycopy(words, 0, all, 1, words.length);
    return new Cli(folder).run(all);
  }

  @Test
  void check_ofAGoodPolicy_isZero() throws Exception {
    Cli.Outcome outcome = policy("check", file("a.rego", POLICY).toString());
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("1 file(s), 0 error(s), 0 finding(s)");
  }

  @Test
  void check_ofABrokenPolicy_namesThePlace() throws Exception {
    Cli.Outcome outcome = policy("check", file("a.rego", "package a\np := {").toString());
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).contains("a.rego:2:7: rego_parse_error");
  }

  @Test
  void eval_withInput_printsTheValue() throws Exception {
    Path rego = file("a.rego", POLICY);
    Path input = file("input.json", "{\"a\":1}");
    Cli.Outcome outcome =
        policy("eval", rego.toString(), "--query", "data.app.allow", "--input", input.toString());
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out().strip()).isEqualTo("true");
  }

  @Test
  void eval_ofARefusal_explains() throws Exception {
    Path rego = file("a.rego", POLICY);
    Path input = file("input.json", "{\"a\":2}");
    Cli.Outcome outcome =
        policy(
            "eval",
            rego.toString(),
            "--query",
            "data.app.allow",
            "--input",
            input.toString(),
            "--explain");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).contains("undefined").contains("input.a is 2");
  }

  @Test
  void test_ofAFolder_countsAndCovers() throws Exception {
    file("a.rego", POLICY);
    Cli.Outcome outcome = policy("test", folder.toString());
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .contains("passed  data.app.test_allow")
        .contains("1 of 1 tests passed");
  }

  @Test
  void conformance_withAFailingCase_namesIt() throws Exception {
    file(
        "cases.yaml",
        """
        cases:
          - note: good
            query: x = 1
            want_result: [{x: 1}]
          - note: bad
            query: x = 1
            want_result: [{x: 2}]
        """);
    Cli.Outcome outcome = policy("conformance", folder.toString(), "--json");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out().strip())
        .isEqualTo("{\"passed\":1,\"failed\":[\"v1/bad\"],\"notApplicable\":0}");
  }

  @Test
  void eval_ofAMissingFile_isAFailure() {
    Cli.Outcome outcome = policy("eval", folder.resolve("none").toString(), "--query", "1");
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("no such file");
  }
}
