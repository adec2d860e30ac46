package io.vouchsafe.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.process.fuzz.ProcessIdentityFuzzer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessIdentityTest {
  private static final String BOOT = "c2a5e3d4-0000-4000-8000-0123456789ab";
  private static final String STAT =
      "4711 (q (e) mu) S 1 4711 4711 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 5 0 987654 123 45\n";

  @Test
  void current_roundTripped_isTheSame() throws Exception {
    ProcessIdentity self = ProcessIdentity.current();
    assertThat(ProcessIdentity.parse(self.encode())).isEqualTo(self);
    assertThat(self.pid()).isEqualTo(ProcessHandle.current().pid());
    assertThat(self.isRunning()).isTrue();
  }

  @Test
  void parse_nameWithParentheses_findsTheStartTime() throws Exception {
    assertThat(ProcessIdentity.parse(STAT + BOOT + "\n"))
        .isEqualTo(new ProcessIdentity(4711, 987654, BOOT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "4711",
        "4711 (qemu) S 1 2 3",
        "4711 (qemu) S 1 4711 4711 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 5 0 987654 123 45",
        "4711 (qemu) S 1 4711 4711 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 5 0 987654 1\nnot-a-boot-id",
        "-4 (qemu) S 1 4711 4711 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 5 0 987654\n" + BOOT,
        "x (qemu) S 1 4711 4711 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 5 0 987654\n" + BOOT,
        "4711 (qemu) S 1 4711 4711 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 5 0 x\n" + BOOT,
      })
  void parse_brokenRecord_isRefused(String text) {
    assertThatThrownBy(() -> ProcessIdentity.parse(text)).isInstanceOf(FormatException.class);
  }

  @Test
  void end_sameNumberOtherStart_leavesTheProcessAlone() throws Exception {
    Process other = new ProcessBuilder("sleep", "60").start();
    try {
      ProcessIdentity self = ProcessIdentity.current();
      ProcessIdentity stale = new ProcessIdentity(other.pid(), 1, self.bootId());
      assertThat(stale.end(Duration.ofSeconds(1))).isFalse();
      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void end_otherBoot_leavesTheProcessAlone() throws Exception {
    ProcessIdentity self = ProcessIdentity.current();
    ProcessIdentity before = new ProcessIdentity(self.pid(), self.startTicks(), BOOT);
    assertThat(before.isRunning()).isFalse();
    assertThat(before.end(Duration.ofSeconds(1))).isFalse();
  }

  @Test
  void parse_mutatedRecords_throwsOnlyWhatIsDocumented() {
    Random random = new Random(3);
    byte[] seed = (STAT + BOOT + "\n").getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 500; i++) {
      byte[] mutated = seed.clone();
      mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      ProcessIdentityFuzzer.fuzzerTestOneInput(mutated);
    }
  }
}
