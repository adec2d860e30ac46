package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a command line that cannot be meant ends with: 125, one message, no stack trace.
class UsageTest {
  @TempDir private Path home;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "run",
        "run --cpus many image",
        "run --no-such-option image",
        "demo extra",
        "image",
        "image encrypt oci:a",
        "image encrypt oci:a oci:b",
        "image sign",
        "image copy oci:a",
        "trust",
        "trust serve --listen",
        "trust serve --listen nowhere",
        "trust log --from x",
        "resource",
        "resource put a/b/c",
        "why",
        "why a/b",
        "conformance",
        "conformance /none",
        "explain A B",
        "resource list --trust 127.0.0.1:8443",
        "trust log --trust http://127.0.0.1:8443"
      })
  void usage_thatCannotBeMeant_endsWith125AndOneMessage(String line) {
    Cli.Outcome outcome = new Cli(home).run(line.split(" "));
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).startsWith("vouchsafe: ").doesNotContain("\tat ", "Exception");
  }

  @Test
  void usage_nothing_printsHelp() {
    Cli.Outcome outcome = new Cli(home).run();
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("Usage: vouchsafe", "demo", "conformance");
  }

  @ParameterizedTest
  @ValueSource(strings = {"help", "help run", "--help", "--version", "help image"})
  void usage_askingForHelp_succeeds(String line) {
    Cli.Outcome outcome = new Cli(home).run(line.split(" "));
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("vouchsafe");
    assertThat(outcome.err()).isEmpty();
  }
}
