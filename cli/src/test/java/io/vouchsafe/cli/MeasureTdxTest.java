package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// `measure tdx`.
class MeasureTdxTest extends MeasureTestCase {
  @Test
  void tdx_vector_isItsMrtd() {
    assertThat(run("tdx", "--firmware", vector("measure/tdvf-a.bin")).out())
        .startsWith("tdx_mr_td          ea5c89ccba3af50caa41c05c621cee98");
    assertThat(
            run("tdx", "--firmware", vector("measure/tdvf-a.bin"), "--order", "two-passes").out())
        .startsWith("tdx_mr_td          86c5204c5ada1345a533452eaeddc2cd");
  }

  @Test
  void tdx_kernel_addsTheRegistersThatItDecides() throws Exception {
    Path initrd = Files.writeString(dir.resolve("initrd"), "initrd");
    Cli.Outcome outcome =
        run(
            "tdx",
            "--firmware",
            vector("measure/tdvf-a.bin"),
            "--kernel",
            vector("eventlog/synthetic/mini-kernel.efi"),
            "--initrd",
            initrd.toString(),
            "--cmdline",
            "quiet",
            "--memory",
            "2G",
            "--launcher",
            "unchanged");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).contains("tdx_rtmr_1 ", "tdx_rtmr_2 ").doesNotContain("tdx_rtmr_0");
  }

  @Test
  void tdx_whatCannotBe_fails() {
    String firmware = vector("measure/tdvf-a.bin");
    assertFails(run("tdx", "--firmware", empty.toString()), "TDX metadata");
    assertFails(run("tdx", "--firmware", firmware, "--order", "x"), "--order takes");
    assertFails(run("tdx", "--firmware", firmware, "--launcher", "x"), "--launcher takes");
    assertFails(
        run("tdx", "--firmware", firmware, "--kernel", empty.toString()), "--memory is needed");
    assertFails(
        run("tdx", "--firmware", firmware, "--kernel", empty.toString(), "--memory", "1G"),
        "--initrd is needed");
    assertFails(
        run("tdx", "--firmware", firmware, "--event-log", empty.toString(), "--memory", "1G"),
        "MALFORMED");
  }
}
