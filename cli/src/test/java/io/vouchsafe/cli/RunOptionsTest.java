package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.hypervisor.VmSpec;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class RunOptionsTest {
  @TempDir private Path folder;

  private static RunSpec parse(String... words) throws Failure, RefusedException {
    RunOptions options = new RunOptions();
    new CommandLine(new RunLine(options)).parseArgs(words);
    return options.toSpec();
  }

  @CommandLine.Command(name = "run")
  private static final class RunLine {
    @CommandLine.Mixin private final RunOptions options;

    RunLine(RunOptions options) {
      this.options = options;
    }
  }

  @Test
  void run_imageAlone_hasTheDefaults() throws Exception {
    RunSpec spec = parse("example.org/app:1");
    assertThat(spec.size()).isEqualTo(VmSpec.Size.DEFAULT);
    assertThat(spec.args()).isEmpty();
    assertThat(spec.env()).isEmpty();
    assertThat(spec.ports()).isEmpty();
    assertThat(spec.secrets()).isEmpty();
    assertThat(spec.interactive()).isFalse();
    assertThat(spec.trust()).isEqualTo(TrustPlace.OWN);
  }

  @Test
  void run_everythingGiven_isTaken() throws Exception {
    Path secret = Files.writeString(folder.resolve("s"), "x");
    RunSpec spec =
        parse(
            "example.org/app:1",
            "-i",
            "-p",
            "8080:80",
            "--memory",
            "2G",
            "--cpus",
            "4",
            "--env",
            "A=b=c",
            "--env",
            "E=",
            "--secret",
            "token=" + secret,
            "--trust",
            "https://127.0.0.1:8443",
            "--",
            "sh",
            "-c",
            "exit 7");
    assertThat(spec.size()).isEqualTo(new VmSpec.Size(4, 2048));
    assertThat(spec.args()).containsExactly("sh", "-c", "exit 7");
    assertThat(spec.env()).containsExactly("A=b=c", "E=");
    assertThat(spec.ports()).containsExactly(new VmSpec.Forward(8080, 80));
    assertThat(spec.secrets()).isEqualTo(Map.of("token", secret));
    assertThat(spec.interactive()).isTrue();
    assertThat(spec.trust().url()).contains(URI.create("https://127.0.0.1:8443"));
  }

  @ParameterizedTest
  @CsvSource({"512,512", "512M,512", "512m,512", "1G,1024", "4194304,4194304"})
  void memory_ofAnyUnit_isMebibytes(String text, int mebibytes) throws Exception {
    assertThat(parse("a", "--memory", text).size().memoryMib()).isEqualTo(mebibytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "M",
        "G",
        "-1",
        "0",
        "255",
        "4194305",
        "1.5G",
        "512MB",
        "512K",
        "5 12",
        "0x200",
        "2097153G",
        "99999999999"
      })
  void memory_notASize_isRefused(String text) {
    assertThatThrownBy(() -> parse("a", "--memory=" + text))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("memory");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "256"})
  void cpus_outOfRange_isRefused(String text) {
    assertThatThrownBy(() -> parse("a", "--cpus=" + text))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("processors");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "80",
        ":80",
        "80:",
        "0:80",
        "80:0",
        "65536:80",
        "80:65536",
        "-1:80",
        "a:80",
        "1:2:3",
        "127.0.0.1:80:80",
        "8080:80/tcp"
      })
  void publish_notTwoPorts_isRefused(String text) {
    assertThatThrownBy(() -> parse("a", "-p", text))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("--publish");
  }

  @Test
  void publish_onePortTwice_isRefused() {
    assertThatThrownBy(() -> parse("a", "-p", "8080:80", "-p", "8080:81"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("8080 is given twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "=b"})
  void env_withoutNameAndValue_isRefused(String text) {
    assertThatThrownBy(() -> parse("a", "--env", text))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("--env");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "name", "=file", "../name=file", ".name=file", "a/b=file", "n=none"})
  void secret_notANameAndAFile_isRefused(String text) {
    assertThatThrownBy(() -> parse("a", "--secret", text))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("--secret");
  }

  @Test
  void secret_folder_isRefused() {
    assertThatThrownBy(() -> parse("a", "--secret", "n=" + folder))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("cannot read");
  }

  @Test
  void secret_oneNameTwice_isRefused() throws IOException {
    Path secret = Files.writeString(folder.resolve("s"), "x");
    assertThatThrownBy(() -> parse("a", "--secret", "n=" + secret, "--secret", "n=" + secret))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("n is given twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci:", "oci-archive:", "a/UPPER", "a b", "name@sha256:12"})
  void image_notAReference_isRefused(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(RefusedException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci:/none/layout:tag", "oci-archive:/none.tar", "docker-archive:/none"})
  void image_notThere_isRefusedBeforeAnythingIsBuilt(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("cannot read the image " + text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:1",
        "localhost:8443",
        "https:///x",
        "https://h/path",
        "https://h?q=1"
      })
  void trust_notAnHttpsAddress_isRefused(String text) {
    assertThatThrownBy(() -> parse("a", "--trust=" + text))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("--trust");
  }

  @Test
  void trust_caWithoutUrl_isRefused() {
    assertThatThrownBy(() -> parse("a", "--trust-ca", "ca.pem"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("--trust URL");
  }

  @Test
  void trust_filesThatAreNotThere_areNamed() {
    List<String> options = List.of("--trust-ca", "--trust-admin-key");
    for (String option : options) {
      List<String> words = new ArrayList<>(List.of("a", "--trust=https://h", option, "/none"));
      assertThatThrownBy(() -> parse(words.toArray(String[]::new)))
          .isInstanceOf(Failure.class)
          .hasMessageContaining(option + ": cannot read /none");
    }
  }
}
