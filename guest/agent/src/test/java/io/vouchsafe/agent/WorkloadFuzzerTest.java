package io.vouchsafe.agent;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WorkloadFuzzerTest {
  @Test
  void parse_seededMutations_onlyDocumentedExceptions() {
    List<String> seeds =
        List.of(
            "{\"image\":\"x\",\"args\":[\"a\"],\"secrets\":[{\"name\":\"n\",\"uri\":\"u\"}]}",
            "DISK_FULL|image.unpack.space|a%7C|b%25|");
    Random random = new Random(3);
    for (int i = 0; i < 600; i++) {
      byte[] input = seeds.get(i % seeds.size()).getBytes(StandardCharsets.UTF_8);
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        input[random.nextInt(input.length)] = (byte) random.nextInt(128);
      }
      assertThatCode(() -> WorkloadFuzzer.fuzzerTestOneInput(input)).doesNotThrowAnyException();
    }
  }
}
