package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ExplainTest {
  @TempDir private Path home;

  static Stream<String> checks() {
    return Catalogue.checks().stream().map(Check::id);
  }

  @ParameterizedTest
  @EnumSource(Code.class)
  void explain_everyCode_saysWhatItMeansAndWhatToDo(Code code) throws FormatException {
    Cli.Outcome outcome = new Cli(home).run("explain", code.name(), "--json");
    assertThat(outcome.status()).isZero();
    Json.Obj document = outcome.json();
    assertThat(document.string("code")).isEqualTo(code.name());
    assertThat(document.string("meaning")).isNotBlank();
    assertThat(document.string("remedy")).isNotBlank();
    assertThat(document.array("checks")).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("checks")
  void explain_everyCheck_saysWhenItHoldsAndItsCodes(String check) throws FormatException {
    Cli.Outcome outcome = new Cli(home).run("explain", check, "--json");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.json().string("check")).isEqualTo(check);
    assertThat(outcome.json().string("holds when")).isNotBlank();
    assertThat(outcome.json().array("codes")).isNotEmpty();
  }

  @Test
  void explain_lowerCaseCode_isTaken() {
    Cli.Outcome outcome =
        new Cli(home).run("explain", Code.NONCE_MISMATCH.name().toLowerCase(Locale.ROOT));
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("NONCE_MISMATCH", "remedy", "transaction.nonce");
  }

  @Test
  void explain_nothing_listsAllCodesAndChecks() throws FormatException {
    Json.Obj document = new Cli(home).run("explain", "--json").json();
    assertThat(document.array("codes")).hasSameSizeAs(Code.values());
    assertThat(document.array("checks")).hasSameSizeAs(Catalogue.checks());
  }

  @Test
  void explain_unknownWord_failsAndNamesTheWord() {
    Cli.Outcome outcome = new Cli(home).run("explain", "NO_SUCH_CODE");
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("NO_SUCH_CODE", "vouchsafe explain");
    assertThat(outcome.out()).isEmpty();
  }
}
