package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void step_elsewhere_isALineWithoutEscapes() {
    Progress progress = new Progress(out, false);
    progress.step("one");
    progress.step("one");
    progress.step("two");
    progress.clear();
    progress.done("end");
    assertThat(text().lines()).hasSize(3);
    assertThat(text()).contains(" s  one", " s  two", " s  end").doesNotContain("\u001b", "\r");
  }

  @Test
  void step_terminal_rewritesOneLineAndIsGoneAfterwards() {
    Progress progress = new Progress(out, true);
    progress.step("one");
    progress.step("two");
    progress.done("end");
    assertThat(text()).containsOnlyOnce("\n").endsWith(" s  end\n").contains("\r\u001b[K");
  }

  @Test
  void step_afterSilence_saysNothingButTheLast() {
    Progress progress = new Progress(out, false);
    progress.silence();
    progress.step("one");
    progress.done("two");
    progress.last("three");
    assertThat(text()).isEqualTo("three\n");
  }
}
