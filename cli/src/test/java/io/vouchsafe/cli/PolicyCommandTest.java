package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
  void test_withoutATest_isAFailure() throws Exception {
    file("a.rego", "package a\np := 1\n");
    Cli.Outcome outcome = policy("test", folder.toString());
    assertThat(outcome.status()).isEqualTo(Failure.STATUS);
    assertThat(outcome.err()).contains("no rule is named test_");
  }

  @Test
  void conformance_withoutACase_isAFailure() {
    Cli.Outcome outcome = policy("conformance", folder.toString());
    assertThat(outcome.status()).isEqualTo(Failure.STATUS);
    assertThat(outcome.err()).contains("no cases");
  }

  @Test
  void eval_ofHostileInput_namesTheFileAndThePlace() throws Exception {
    String rego = file("a.rego", POLICY).toString();
    for (String text : List.of("{\"a\":1,\"a\":2}", "{\"a\":", "[".repeat(300), "1e999999999")) {
      String input = file("input.json", text).toString();
      Cli.Outcome outcome = policy("eval", rego, "--query", "input", "--input", input);
      assertThat(outcome.status()).isEqualTo(Failure.STATUS);
      assertThat(outcome.err())
          .startsWith("vouchsafe: " + input + ": ")
          .contains("expected", "found")
          .doesNotContain("Exception");
    }
  }

  @Test
  void check_ofWhatIsNoUtf8_namesThePlace() throws Exception {
    Path rego = folder.resolve("a.rego");
    Files.write(rego, "package a\np := \"\u00ff\"".getBytes(StandardCharsets.ISO_8859_1));
    Cli.Outcome outcome = policy("check", rego.toString());
    assertThat(outcome.status()).isEqualTo(Failure.STATUS);
    assertThat(outcome.err()).contains("a.rego:2:7: expected UTF-8, found byte 0xff");
  }

  @Test
  void eval_thatFailsWithJson_printsOneDocument() throws Exception {
    String rego = file("a.rego", POLICY).toString();
    Cli.Outcome outcome = policy("eval", rego, "--query", "nosuch(1)", "--json");
    assertThat(outcome.status()).isEqualTo(Failure.STATUS);
    assertThat(outcome.json().integer("exitCode")).isEqualTo(Failure.STATUS);
    assertThat(outcome.json().string("error")).startsWith("query:1:1: rego_type_error");
    assertThat(outcome.err()).contains("undefined function nosuch");
  }

  @Test
  void usage_thatIsWrongWithJson_printsOneDocument() throws Exception {
    Cli.Outcome outcome = policy("eval", "--json");
    assertThat(outcome.status()).isEqualTo(Failure.STATUS);
    assertThat(outcome.json().string("error")).startsWith("Missing required");
  }

  @Test
  void failure_withTextOfOthers_cannotCommandTheTerminal() {
    Cli.Outcome outcome = policy("get", "\u001b[31mx");
    assertThat(outcome.err()).contains("\\u001b[31mx").doesNotContain("\u001b");
  }

  @Test
  void check_ofAPolicyThatHidesText_showsItEscaped() throws Exception {
    String hostile = file("a.rego", "package a\np := \u001b[31m\n").toString();
    assertThat(policy("check", hostile).out()).contains("(ESCAPE)").doesNotContain("\u001b");
    String rego = file("b.rego", "package a\nallow if input.x == \"\u202e\"\n").toString();
    String input = file("input.json", "{\"x\": \"\\u001b[2K\"}").toString();
    Cli.Outcome outcome =
        policy("eval", rego, "--query", "data.a.allow", "--input", input, "--explain");
    assertThat(outcome.out()).contains("\\u202e").doesNotContain("\u202e", "\u001b");
    assertThat(Shown.line("\tif x")).isEqualTo("\tif x");
  }

  @Test
  void notes_ofAPolicyThatCanNeverHold_sayWhy() throws Exception {
    PolicyName release = PolicyName.parse("release");
    PolicyName typing = PolicyName.parse("attestation/CPU");
    assertThat(PolicyNotes.of(release, "package policy\nallow if input.x")).isEmpty();
    assertThat(PolicyNotes.of(release, "package app\nallow if input.x"))
        .singleElement()
        .asString()
        .contains("no rule data.policy.allow");
    assertThat(PolicyNotes.of(typing, "package policy\ntrust_claims := {\"hardware\": 2}"))
        .singleElement()
        .asString()
        .contains("no evidence is of class CPU");
    assertThat(PolicyNotes.of(release, "package policy\nallow if x")).isEmpty();
  }

  @Test
  void lines_ofSeveralClasses_standBelowTheirNames() throws Exception {
    Json.Obj policy =
        Json.parseObject(
            Bytes.utf8("{\"classes\":{\"cpu\":\"package a\\np := 1\",\"gpu\":\"package b\\n\"}}"),
            JsonLimits.MESSAGE);
    assertThat(PolicyName.parse("attestation").lines(policy))
        .isEqualTo("# class cpu\npackage a\np := 1\n# class gpu\npackage b\n");
    assertThat(PolicyName.parse("attestation/nvswitch").lines(policy)).isEmpty();
  }

  @Test
  void eval_ofAMissingFile_isAFailure() {
    Cli.Outcome outcome = policy("eval", folder.resolve("none").toString(), "--query", "1");
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("no such file");
  }
}
