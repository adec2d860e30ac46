package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Looks at the machine that the tests run on, KVM self-test included.
class DoctorIT {
  @TempDir private Path home;

  @Test
  void doctor_json_namesEveryPartWithWhatWasFoundAndWhatToDo() throws FormatException {
    Cli.Outcome outcome = new Cli(home).run("doctor", "--json");
    Json.Obj document = outcome.json();
    boolean ok = document.require("ok").equals(Json.of(true));
    assertThat(outcome.status()).isEqualTo(ok ? 0 : 1);
    List<String> names = new ArrayList<>();
    boolean all = true;
    for (Json item : document.array("findings")) {
      Json.Obj finding = item.asObject("finding");
      names.add(finding.string("name"));
      assertThat(finding.string("found")).isNotBlank();
      boolean fine = finding.require("ok").equals(Json.of(true));
      all &= fine;
      if (!fine) {
        assertThat(finding.string("remedy")).as(finding.string("name")).isNotBlank();
      }
    }
    assertThat(all).isEqualTo(ok);
    assertThat(names)
        .contains("JDK", "TEE", "KVM", "OVMF", "user namespaces", "qemu-system-x86_64", "swtpm");
  }

  @Test
  void doctor_text_endsWithOneSentence() {
    Cli.Outcome outcome = new Cli(home).run("doctor");
    assertThat(outcome.out().lines().toList().getLast())
        .isEqualTo(
            outcome.status() == 0
                ? "This machine can run Vouchsafe."
                : "Something is missing, see above.");
    assertThat(outcome.out()).doesNotContain("\u001b");
  }
}
