package io.vouchsafe.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.verdict.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The host may ask for anything at any time; the runtime is a stand-in that says that it runs.
@Timeout(180)
class ContainerTest {
  private static final String RUNTIME =
      "for a; do case $a in --pid-file=*) echo 1 > \"${a#*=}\";; esac; done";

  @TempDir Path folder;
  private Path file;
  private Container container;

  @BeforeEach
  void create() throws Exception {
    Path bundle = folder.resolve("c1");
    file = Files.createDirectories(bundle).resolve("config.json");
    Files.writeString(file, "{}");
    container = new Container("c1", bundle, new Crun(List.of("/bin/sh", "-c", RUNTIME, "crun")));
  }

  /// What the next container of that id puts there.
  private void next() throws Exception {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{}");
  }

  @Test
  void start_ofWhatIsThere_runs() throws Exception {
    container.start(false);
    assertThat(container.await()).isZero();
  }

  @Test
  void start_again_isRefused() throws Exception {
    container.start(false);
    assertRefused();
  }

  @Test
  void start_removedMeanwhile_isRefusedWhateverLiesThere() throws Exception {
    container.remove();
    next();
    assertRefused();
  }

  @Test
  void remove_again_leavesAloneWhatLiesThereNow() throws Exception {
    container.remove();
    assertThat(file.getParent()).doesNotExist();
    next();
    container.remove();
    assertThat(file).exists();
  }

  private void assertRefused() {
    assertThatThrownBy(() -> container.start(false))
        .isInstanceOfSatisfying(
            GuestException.class,
            e -> assertThat(e.refusal().code()).isEqualTo(Code.CONTAINER_FAILED));
  }
}
