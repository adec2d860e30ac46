package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// `measure tpm`.
class MeasureTpmTest extends MeasureTestCase {
  @Test
  void tpm_kernelAndInitrd_predictRegisters() throws Exception {
    Path initrd = Files.writeString(dir.resolve("initrd"), "initrd");
    String kernel = vector("eventlog/synthetic/mini-kernel.efi");
    Cli.Outcome outcome =
        run(
            "tpm",
            "--kernel",
            kernel,
            "--initrd",
            initrd.toString(),
            "--memory",
            "512M",
            "--launcher",
            "unchanged");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).contains("tpm_kernel ", "tpm_pcr04 ", "tpm_pcr09 ");
    assertFails(run("tpm", "--memory", "1G"), "--kernel FILE is needed");
    assertFails(run("tpm", "--kernel", kernel, "--memory", "1G"), "--initrd is needed");
    assertFails(run("tpm", "--kernel", kernel, "--memory", "0"), "--memory wants");
  }
}
