package io.vouchsafe.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class RehearsalIT {
  @Test
  void run_standIns_playTheWholeStart() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Rehearsal.run(new AgentLog(new PrintStream(out, true, StandardCharsets.UTF_8)));
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("started c1", "rehearsed");
  }
}
