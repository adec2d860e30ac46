package io.vouchsafe.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaemonTest {
  @TempDir Path folder;

  @Test
  void start_program_leavesARecordThatEndsIt() throws Exception {
    Path record = folder.resolve("sleep.process");
    try (Daemon daemon =
        Daemon.start(List.of("/bin/sh", "-c", "echo up; exec sleep 60"), folder, record)) {
      assertThat(daemon.process().inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("up");
      ProcessIdentity identity = Daemon.recorded(record).orElseThrow();
      assertThat(identity.pid()).isEqualTo(daemon.process().pid());
      assertThat(identity.end(Duration.ofSeconds(2))).isTrue();
      assertThat(daemon.awaitEnd(Duration.ofSeconds(60))).isTrue();
      assertThat(identity.isRunning()).isFalse();
      assertThat(identity.end(Duration.ofSeconds(2))).isFalse();
    }
  }

  @Test
  void start_recordCannotBeWritten_runsNothing() throws Exception {
    Path record = folder.resolve("missing").resolve("x.process");
    Path witness = folder.resolve("witness");
    try (Daemon daemon =
        Daemon.start(List.of("/usr/bin/touch", witness.toString()), folder, record)) {
      assertThat(daemon.awaitEnd(Duration.ofSeconds(60))).isTrue();
      assertThat(daemon.process().exitValue()).isNotZero();
    }
    assertThat(witness).doesNotExist();
    assertThat(Daemon.recorded(record)).isEmpty();
  }

  @Test
  void close_programThatIgnoresTheSignal_isEndedByForce() throws Exception {
    Path record = folder.resolve("stubborn.process");
    Daemon daemon =
        Daemon.start(
            List.of("/bin/sh", "-c", "trap '' TERM; echo up; while :; do sleep 1; done"),
            folder,
            record);
    assertThat(daemon.process().inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("up");
    daemon.close();
    daemon.close();
    assertThat(daemon.process().isAlive()).isFalse();
  }

  @Test
  void recorded_cutFile_isEmpty() throws Exception {
    Path record = Files.writeString(folder.resolve("cut.process"), "47");
    assertThat(Daemon.recorded(record)).isEmpty();
  }

  @Test
  void command_thatFails_saysWhatItPrinted() {
    assertThatThrownBy(() -> Command.of("/bin/sh", "-c", "echo no such thing >&2; exit 3").orFail())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("status 3")
        .hasMessageContaining("no such thing");
  }

  @Test
  void command_thatHangs_isEnded() {
    Command hanging = Command.of("/bin/sh", "-c", "sleep 60").within(Duration.ofMillis(200));
    assertThatThrownBy(hanging::run)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("did not end");
  }

  @Test
  void command_thatPrintsTooMuch_isCutAndEnds() throws Exception {
    Command.Output output = Command.of("/bin/sh", "-c", "head -c 3000000 /dev/zero").run();
    assertThat(output.status()).isZero();
    assertThat(output.text()).hasSize(Command.MAX_OUTPUT);
  }

  @Test
  void command_withDirectoryAndVariable_seesBoth() throws Exception {
    String text =
        Command.of("/bin/sh", "-c", "pwd; echo $GREETING")
            .in(folder)
            .with("GREETING", "hello")
            .orFail();
    assertThat(text.lines()).containsExactly(folder.toRealPath().toString(), "hello");
  }

  @Test
  void command_thatDoesNotExist_isAnIoException() {
    assertThatThrownBy(() -> Command.of("/no/such/program").run()).isInstanceOf(IOException.class);
  }
}
