package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.hypervisor.HypervisorCheck;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class SilentGuestTest {
  private final List<String> progress = new ArrayList<>();

  private static RefusedException silent(String found) {
    return new RefusedException(HypervisorCheck.ANSWERING, Code.VM_TIMEOUT, "an agent", found);
  }

  /// Fails with each of the reasons in turn, then comes up.
  private String start(Exception... reasons) throws Exception {
    Deque<Exception> left = new ArrayDeque<>(List.of(reasons));
    return SilentGuest.startedAgain(
        progress::add,
        () -> {
          if (!left.isEmpty()) {
            throw left.removeFirst();
          }
          return "up after " + reasons.length;
        });
  }

  @Test
  void start_guestThatAnswers_isStartedOnce() throws Exception {
    assertThat(start()).isEqualTo("up after 0");
    assertThat(progress).isEmpty();
  }

  @Test
  void start_guestSilentOnce_isStartedAgainAndSaysWhy() throws Exception {
    assertThat(start(silent("0 s of processor used"))).isEqualTo("up after 1");
    assertThat(progress).singleElement().asString().contains("once more", "0 s of processor used");
  }

  @Test
  void start_guestSilentTwice_isRefused() {
    assertThatThrownBy(() -> start(silent("first"), silent("second")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("second");
  }

  @Test
  void start_otherRefusal_isNotTriedAgain() {
    RefusedException died =
        new RefusedException(HypervisorCheck.RUNNING, Code.VM_DIED, "a running machine", "a panic");
    assertThatThrownBy(() -> start(died)).isSameAs(died);
    assertThatThrownBy(() -> start(new IOException("full"))).hasMessage("full");
    assertThat(progress).isEmpty();
  }
}
